#include "engines/ledger/note.h"

#include "engines/ledger/tree.h"

namespace tx::ledger {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";   // an em dash and a blank open a signature line
constexpr std::size_t kLinesMost = 100, kKeyId = 4;

}  // namespace

std::optional<NoteParts> note_parts(std::string_view note) {
  const auto end = note.find("\n\n");
  if (end == std::string_view::npos) return std::nullopt;
  NoteParts parts{note.substr(0, end + 1), {}};
  for (auto rest = note.substr(end + 2); !rest.empty();) {
    const auto stop = rest.find('\n');
    if (stop == std::string_view::npos || !rest.starts_with(kDash) || parts.lines.size() >= kLinesMost) return std::nullopt;
    const auto line = rest.substr(kDash.size(), stop - kDash.size());
    rest.remove_prefix(stop + 1);
    const auto blank = line.rfind(' ');
    if (blank == std::string_view::npos || blank == 0) return std::nullopt;
    const auto bytes = from_base64(line.substr(blank + 1));
    if (!bytes || bytes->size() <= kKeyId) return std::nullopt;
    parts.lines.push_back({std::string(line.substr(0, blank)), bytes->substr(0, kKeyId), bytes->substr(kKeyId)});
  }
  return parts;
}

std::string note_line(std::string_view name, std::string_view key_id, std::string_view signature) {
  return std::string(kDash) + std::string(name) + " " + base64(std::string(key_id) + std::string(signature)) + "\n";
}

std::string key_id(std::string_view name, std::string_view type, std::string_view open) {
  const auto hash = sha256(std::string(name) + "\n" + std::string(type) + std::string(open));
  return std::string(reinterpret_cast<const char*>(hash.data()), kKeyId);
}

}  // namespace tx::ledger
