#include "power_cut_disk.h"

#include <sqlite3.h>

#include <cstring>

namespace tx::crash {
namespace {

constexpr std::size_t kSector = 512;

struct OpenFile {
  sqlite3_file base;
  DiskFile* file;
};
DiskFile& file_of(sqlite3_file* handle) { return *reinterpret_cast<OpenFile*>(handle)->file; }
PowerCutDisk& disk() { return PowerCutDisk::instance(); }

void put_down(std::string& bytes, const PendingWrite& write) {
  if (write.truncate_to >= 0) {
    bytes.resize(static_cast<std::size_t>(write.truncate_to));
    return;
  }
  const auto end = static_cast<std::size_t>(write.offset) + write.data.size();
  if (bytes.size() < end) bytes.resize(end);
  std::memcpy(bytes.data() + write.offset, write.data.data(), write.data.size());
}

void put_down_torn(std::string& bytes, const PendingWrite& write, std::mt19937_64& random) {
  for (std::size_t at = 0; at < write.data.size(); at += kSector) {
    if (random() & 1) continue;
    put_down(bytes, {write.offset + static_cast<std::int64_t>(at), write.data.substr(at, kSector)});
  }
}

int on_close(sqlite3_file*) { return SQLITE_OK; }
int on_read(sqlite3_file* handle, void* out, int amount, sqlite3_int64 offset) {
  if (disk().dead()) return SQLITE_IOERR_READ;
  const std::string& bytes = file_of(handle).current;
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  const auto there = static_cast<int>(std::max<sqlite3_int64>(0, std::min<sqlite3_int64>(amount, size - offset)));
  if (there > 0) std::memcpy(out, bytes.data() + offset, static_cast<std::size_t>(there));
  if (there == amount) return SQLITE_OK;
  std::memset(static_cast<char*>(out) + there, 0, static_cast<std::size_t>(amount - there));
  return SQLITE_IOERR_SHORT_READ;
}
int on_write(sqlite3_file* handle, const void* data, int amount, sqlite3_int64 offset) {
  if (!disk().step()) return SQLITE_IOERR_WRITE;
  DiskFile& file = file_of(handle);
  PendingWrite write{offset, std::string(static_cast<const char*>(data), static_cast<std::size_t>(amount))};
  if (disk().write_fails()) {  // no space: part of it may have got through
    write.data.resize(disk().random() % (write.data.size() + 1));
    put_down(file.current, write);
    file.pending.push_back(std::move(write));
    return SQLITE_FULL;
  }
  put_down(file.current, write);
  file.pending.push_back(std::move(write));
  return SQLITE_OK;
}
int on_truncate(sqlite3_file* handle, sqlite3_int64 size) {
  if (!disk().step()) return SQLITE_IOERR_TRUNCATE;
  PendingWrite write;
  write.truncate_to = size;
  put_down(file_of(handle).current, write);
  file_of(handle).pending.push_back(std::move(write));
  return SQLITE_OK;
}
int on_sync(sqlite3_file* handle, int) {
  if (!disk().step()) return SQLITE_IOERR_FSYNC;
  DiskFile& file = file_of(handle);
  if (disk().sync_fails()) {
    // As Linux does: the pages count as clean from now on, on the disk or not; the next sync reports success.
    for (const auto& write : file.pending)
      if (write.truncate_to >= 0 || disk().random() & 1) put_down(file.durable, write);
    file.pending.clear();
    return SQLITE_IOERR_FSYNC;
  }
  file.durable = file.current;
  file.pending.clear();
  return SQLITE_OK;
}
int on_size(sqlite3_file* handle, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(file_of(handle).current.size());
  return disk().dead() ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}
int on_lock(sqlite3_file*, int) { return SQLITE_OK; }
int on_reserved(sqlite3_file*, int* reserved) {
  *reserved = 0;
  return SQLITE_OK;
}
int on_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int on_sector(sqlite3_file*) { return kSector; }
int on_traits(sqlite3_file*) { return 0; }

const sqlite3_io_methods kMethods = {1,       on_close, on_read,     on_write,   on_truncate, on_sync,  on_size,
                                     on_lock, on_lock,  on_reserved, on_control, on_sector,   on_traits,
                                     nullptr, nullptr,  nullptr,     nullptr,    nullptr,     nullptr};

int on_open(sqlite3_vfs*, const char* name, sqlite3_file* handle, int flags, int* out_flags) {
  handle->pMethods = nullptr;
  if (disk().dead()) return SQLITE_CANTOPEN;
  static int temporary = 0;
  const std::string path = name ? name : "temporary-" + std::to_string(++temporary);
  if (!(flags & SQLITE_OPEN_CREATE) && !disk().files.contains(path)) return SQLITE_CANTOPEN;
  auto* open = reinterpret_cast<OpenFile*>(handle);
  open->file = &disk().files[path];  // addresses in a std::map stay
  open->base.pMethods = &kMethods;
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}
int on_delete(sqlite3_vfs*, const char* name, int) {
  if (!disk().step()) return SQLITE_IOERR_DELETE;
  disk().files.erase(name);
  return SQLITE_OK;
}
int on_access(sqlite3_vfs*, const char* name, int, int* present) {
  const auto found = disk().files.find(name);
  *present = found != disk().files.end() && !found->second.current.empty();
  return disk().dead() ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}
int on_full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}
int on_randomness(sqlite3_vfs*, int size, char* out) {
  for (int i = 0; i < size; ++i) out[i] = static_cast<char>(disk().random());
  return size;
}
int on_sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
int on_time(sqlite3_vfs*, double* days) {
  *days = 2461000.0;
  return SQLITE_OK;
}

sqlite3_vfs vfs = {1,         sizeof(OpenFile), 512,     nullptr, "powercut", nullptr,       on_open,  on_delete,
                   on_access, on_full_path,     nullptr, nullptr, nullptr,    nullptr,       on_randomness,
                   on_sleep,  on_time,          nullptr, nullptr, nullptr,    nullptr,       nullptr};

}  // namespace

PowerCutDisk& PowerCutDisk::instance() {
  static PowerCutDisk one;
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  (void)registered;
  return one;
}

void PowerCutDisk::reset(std::uint64_t seed) {
  files.clear();
  random.seed(seed);
  never_fail();
  dead_ = failed_once_ = false;
}

bool PowerCutDisk::step() {
  ++operations_;
  if (cut_at_ != 0 && operations_ >= cut_at_) dead_ = true;
  return !dead_;
}

void PowerCutDisk::power_returns() {
  for (auto& [name, file] : files) {
    std::string survived = file.durable;
    const auto luck = random() % 3;  // nothing of it, some of it, all of it
    for (const auto& write : file.pending) {
      const auto fate = luck == 0 ? 0 : luck == 2 ? 1 : random() % 3;
      if (fate == 1) put_down(survived, write);
      else if (fate == 2 && write.truncate_to < 0) put_down_torn(survived, write, random);
    }
    file.durable = file.current = std::move(survived);
    file.pending.clear();
  }
  never_fail();
  dead_ = false;
}

}  // namespace tx::crash
