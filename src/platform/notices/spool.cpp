// The SMS adapter that a region replaces by its own gateway: one JSON file for each message in a folder. A file appears
// whole or not at all (written aside, synced, renamed, folder synced), and the same message twice is the same file.
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <filesystem>

#include "base/log.h"
#include "platform/notices/notices.h"

namespace tx::notices {
namespace {

// Readable, and never the same for two keys.
std::string file_name(std::string_view dedupe) {
  unsigned char hash[crypto_generichash_BYTES_MIN];
  crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char*>(dedupe.data()), dedupe.size(), nullptr,
                     0);
  char hex[2 * sizeof hash + 1];
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  std::string name;
  for (const char c : dedupe) name += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ? c : '_';
  return name.substr(0, 80) + "." + hex + ".json";
}

bool write_all(int handle, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(handle, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync_folder(const std::string& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return false;
  const bool good = ::fsync(handle) == 0;
  ::close(handle);
  return good;
}

class Spool final : public SmsGateway {
 public:
  explicit Spool(std::string folder) : folder_(std::move(folder)) {
    std::error_code ignored;
    std::filesystem::create_directories(folder_, ignored);
  }
  Result<void> send(const Sms& sms) override {
    const std::string path = folder_ + "/" + file_name(sms.dedupe), aside = path + ".part";
    const std::string text =
        Json::of({{"id", sms.dedupe}, {"phone", sms.phone}, {"text", sms.text}}).dump() + "\n";
    const int handle = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (handle < 0) return refuse(Kind::unavailable, "sms.spool_failed");
    const bool written = write_all(handle, text) && ::fsync(handle) == 0;
    ::close(handle);
    if (!written || ::rename(aside.c_str(), path.c_str()) != 0 || !sync_folder(folder_)) {
      ::unlink(aside.c_str());
      return refuse(Kind::unavailable, "sms.spool_failed");
    }
    return {};
  }

 private:
  std::string folder_;
};

}  // namespace

std::unique_ptr<SmsGateway> spool_gateway(std::string folder) { return std::make_unique<Spool>(std::move(folder)); }

}  // namespace tx::notices
