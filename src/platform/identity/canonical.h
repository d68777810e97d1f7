// Folding of what people type before it is compared: full-width letters and digits become plain ones, separators that
// people put into numbers go. Internal to identity.
#pragma once
#include <string>
#include <string_view>

namespace tx::identity {

std::string folded(std::string_view text);                 // full-width ASCII -> ASCII, trimmed
// What an account is found by: a canonical phone number, or the folded name in lower case. "" = neither.
std::string canonical_login(std::string_view text);
bool is_phone_login(std::string_view canonical);

}  // namespace tx::identity
