// A disk in memory below SQLite (an SQLite VFS named "powercut") that can lose power: what was written but not synced
// is then dropped, kept or torn at 512-byte sectors, write by write. It can also fail a chosen sync or a chosen write.
// One disk per process; not thread-safe; needs locking_mode=exclusive (it has no shared memory).
#pragma once
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace tx::crash {

struct PendingWrite {
  std::int64_t offset = 0;
  std::string data;
  std::int64_t truncate_to = -1;  // >= 0: a truncation instead
};

struct DiskFile {
  std::string durable, current;   // after a cut without luck / as the running program sees it
  std::vector<PendingWrite> pending;
};

class PowerCutDisk {
 public:
  static PowerCutDisk& instance();   // registers the VFS at first use
  void reset(std::uint64_t seed);    // an empty disk
  void cut_after(std::int64_t operations) { cut_at_ = operations_ + operations; }
  void fail_sync_after(std::int64_t syncs) { fail_sync_at_ = syncs_ + syncs; }
  void fail_write_after(std::int64_t writes) { fail_write_at_ = writes_ + writes; }  // "disk full", once
  void never_fail() { cut_at_ = fail_sync_at_ = fail_write_at_ = 0; }
  bool dead() const { return dead_; }
  bool failed_once() const { return failed_once_; }
  void power_returns();              // decides what survived

  // ---- called by the VFS
  bool step();                       // false: the power is gone
  bool write_fails() { return at(++writes_, fail_write_at_); }
  bool sync_fails() { return at(++syncs_, fail_sync_at_); }
  std::map<std::string, DiskFile> files;
  std::mt19937_64 random;

 private:
  bool at(std::int64_t now, std::int64_t chosen) {
    const bool hit = chosen != 0 && now == chosen;
    failed_once_ = failed_once_ || hit;
    return hit;
  }
  std::int64_t operations_ = 0, cut_at_ = 0, syncs_ = 0, fail_sync_at_ = 0, writes_ = 0, fail_write_at_ = 0;
  bool dead_ = false, failed_once_ = false;
};

}  // namespace tx::crash
