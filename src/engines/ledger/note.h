// The form of a signed note (C2SP signed-note): a body of lines, an empty line, and signature lines "— name base64(key id,
// signature)". What a body says is the business of tree.h (a head) and witness.h (a cosigned head).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tx::ledger {

struct NoteLine {
  std::string name, key_id, signature;   // key_id: four bytes
};
struct NoteParts {
  std::string_view body;                 // with its last newline, without the empty line
  std::vector<NoteLine> lines;
};
std::optional<NoteParts> note_parts(std::string_view note);             // nullopt: malformed
std::string note_line(std::string_view name, std::string_view key_id, std::string_view signature);
// First four bytes of SHA-256(name, newline, type, open key).
std::string key_id(std::string_view name, std::string_view type, std::string_view open);

}  // namespace tx::ledger
