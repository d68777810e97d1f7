#include "base/text.h"

#include <opencc/opencc.h>
#include <unicode/coll.h>
#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>

namespace tx {
namespace {

using icu::UnicodeString;

// How characters are read as surnames, where that may differ from the common reading ("shan", not "dan"); also the
// surnames of two characters of which that is true.
const std::map<std::string, std::string>& surname_readings() {
  static const std::map<std::string, std::string> readings = {
#include "base/surnames.inc"
  };
  return readings;
}

bool is_han(UChar32 letter) { return u_hasBinaryProperty(letter, UCHAR_IDEOGRAPHIC); }

std::string utf8(const UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}
std::string utf8(UChar32 letter) { return utf8(UnicodeString(letter)); }

// Opened once; guarded, because transliterators are not safe to share.
struct Folder {
  std::mutex guard;
  opencc::SimpleConverter simplified{"t2s.json"};
  std::unique_ptr<icu::Transliterator> pinyin;
  std::map<UChar32, std::string> readings;   // asked before, so that long imports do not ask ICU again
  std::unique_ptr<icu::Collator> order;
  const icu::Normalizer2* nfc = nullptr;
  Folder() {
    UErrorCode error = U_ZERO_ERROR;
    pinyin.reset(icu::Transliterator::createInstance("Han-Latin; NFD; Lower", UTRANS_FORWARD, error));
    order.reset(icu::Collator::createInstance(icu::Locale("zh@collation=pinyin"), error));
    nfc = icu::Normalizer2::getNFCInstance(error);
  }
};
Folder& folder() {
  static Folder instance;
  return instance;
}

std::vector<UChar32> letters_of(std::string_view text) {
  std::vector<UChar32> letters;
  const auto unicode = UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  for (int i = 0; i < unicode.length(); i = unicode.moveIndex32(i, 1)) letters.push_back(unicode.char32At(i));
  return letters;
}

std::string folded(std::string_view text) {
  std::string normal = normal_text(text);
  auto& f = folder();
  std::lock_guard lock(f.guard);
  normal = f.simplified.Convert(normal);
  auto unicode = UnicodeString::fromUTF8(normal);
  unicode.foldCase();
  return utf8(unicode);
}

// Pinyin without tones; u with two dots is "v", as it is typed.
std::string reading(UChar32 letter) {
  auto& f = folder();
  std::lock_guard lock(f.guard);
  if (const auto known = f.readings.find(letter); known != f.readings.end()) return known->second;
  UnicodeString text(letter);
  f.pinyin->transliterate(text);
  std::string out;
  for (int i = 0; i < text.length(); ++i) {
    const char16_t c = text.charAt(i);
    if (c >= 'a' && c <= 'z') out += static_cast<char>(c);
    if (c == 0x308 && !out.empty() && out.back() == 'u') out.back() = 'v';
  }
  return f.readings[letter] = out;
}

std::string with_u(std::string pinyin) {
  std::replace(pinyin.begin(), pinyin.end(), 'v', 'u');
  return pinyin;
}

std::vector<std::string> syllables_of(const std::vector<UChar32>& run) {
  std::vector<std::string> syllables;
  for (const UChar32 letter : run) syllables.push_back(reading(letter));
  return syllables;
}

// Syllables of a run, read as a name: the surname by the table, the rest by the common reading.
std::vector<std::string> name_syllables(const std::vector<UChar32>& run) {
  std::vector<std::string> syllables;
  std::size_t read = 0;
  for (const std::size_t letters : {2, 1}) {
    if (run.size() < letters) continue;
    std::string surname;
    for (std::size_t i = 0; i < letters; ++i) surname += utf8(run[i]);
    const auto found = surname_readings().find(surname);
    if (found == surname_readings().end()) continue;
    for (std::size_t at = 0; at != std::string::npos;) {
      const auto space = found->second.find(' ', at);
      syllables.push_back(found->second.substr(at, space == std::string::npos ? space : space - at));
      at = space == std::string::npos ? space : space + 1;
    }
    read = letters;
    break;
  }
  for (; read < run.size(); ++read) syllables.push_back(reading(run[read]));
  return syllables;
}

// Tokens in the order of their first appearance, each once.
struct Tokens {
  std::vector<std::string> list;
  std::set<std::string> known;
};
void add(Tokens& tokens, const std::string& token) {
  if (!token.empty() && tokens.known.insert(token).second) tokens.list.push_back(token);
}

// Runs of Han letters and Latin words of a folded text.
template <class HanRun, class Word>
void walk(const std::string& text, HanRun&& han, Word&& word) {
  std::vector<UChar32> run;
  std::string latin;
  const auto flush = [&] {
    if (!run.empty()) han(run);
    if (!latin.empty()) word(latin);
    run.clear();
    latin.clear();
  };
  for (const UChar32 letter : letters_of(text)) {
    if (is_han(letter)) {
      if (!latin.empty()) flush();
      run.push_back(letter);
    } else if (u_isalnum(letter)) {
      if (!run.empty()) flush();
      latin += utf8(letter);
    } else {
      flush();
    }
  }
  flush();
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto length = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < length;) {
    UChar32 letter;
    U8_NEXT(bytes, i, length, letter);
    if (letter < 0) return false;
  }
  return true;
}

std::size_t letter_count(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string shortened(std::string_view text, std::size_t letters) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] & 0xC0) == 0x80) continue;
    if (count++ == letters) return std::string(text.substr(0, i)) + "\xE2\x80\xA6";
  }
  return std::string(text);
}

std::string normal_text(std::string_view text) {
  constexpr int kMarksMost = 30;   // as Unicode's stream-safe text: more on one letter is an attack, not writing
  const auto typed = UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  UnicodeString out;
  bool space = false;
  int marks = 0;
  for (int i = 0; i < typed.length(); i = typed.moveIndex32(i, 1)) {
    UChar32 letter = typed.char32At(i);
    if (letter >= 0xFF01 && letter <= 0xFF5E) letter -= 0xFEE0;   // full-width ASCII
    const auto type = u_charType(letter);
    const bool variant = u_hasBinaryProperty(letter, UCHAR_VARIATION_SELECTOR);   // chooses a glyph of a rare name
    // Zero-width letters, bidirectional overrides and other letters nobody sees.
    const bool unseen = u_hasBinaryProperty(letter, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) && !variant;
    if (type == U_FORMAT_CHAR || unseen) continue;
    if (u_isUWhiteSpace(letter) || type == U_CONTROL_CHAR) {
      space = out.length() > 0;
      continue;
    }
    marks = variant || u_getCombiningClass(letter) != 0 ? marks + 1 : 0;
    if (marks > kMarksMost) continue;
    if (space) out.append(' ');
    space = false;
    out.append(letter);
  }
  UErrorCode error = U_ZERO_ERROR;
  return utf8(folder().nfc->normalize(out, error));
}

std::string html_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  return out;
}

namespace {

// Every beginning of the pinyin, syllable by syllable, and of its initials: "wang", "wangfang"; "w", "wf".
void add_pinyin(Tokens& tokens, const std::vector<std::string>& syllables) {
  std::string full, initials;
  for (const auto& syllable : syllables) {
    if (syllable.empty()) continue;
    full += syllable;
    initials += syllable[0];
    add(tokens, full);
    add(tokens, with_u(full));
    add(tokens, initials);
    if (full.size() > 60) return;   // long texts are found by their characters
  }
}

}  // namespace

std::string search_tokens(std::string_view text) {
  Tokens tokens;
  walk(
      folded(text),
      [&](const std::vector<UChar32>& run) {
        for (std::size_t i = 0; i < run.size(); ++i) {
          add(tokens, utf8(run[i]));
          if (i + 1 < run.size()) add(tokens, utf8(run[i]) + utf8(run[i + 1]));
        }
        auto beginning = run;   // pinyin is typed for names and the first words
        beginning.resize(std::min<std::size_t>(run.size(), 12));
        add_pinyin(tokens, syllables_of(beginning));
        add_pinyin(tokens, name_syllables(beginning));
      },
      [&](const std::string& word) { add(tokens, word); });
  std::string joined;
  for (const auto& token : tokens.list) joined += (joined.empty() ? "" : " ") + token;
  return joined;
}

std::vector<std::string> query_tokens(std::string_view text) {
  Tokens tokens;
  walk(
      folded(text),
      [&](const std::vector<UChar32>& run) {
        if (run.size() == 1) add(tokens, utf8(run[0]));
        for (std::size_t i = 0; i + 1 < run.size(); ++i) add(tokens, utf8(run[i]) + utf8(run[i + 1]));
      },
      [&](const std::string& word) { add(tokens, word); });
  return tokens.list;
}

std::string pinyin_of_name(std::string_view text) {
  std::string out;
  const auto append = [&](const std::string& sound) {
    if (!sound.empty()) out += (out.empty() ? "" : " ") + sound;
  };
  bool first = true;
  walk(
      folded(text),
      [&](const std::vector<UChar32>& run) {
        for (const auto& syllable : first ? name_syllables(run) : syllables_of(run)) append(with_u(syllable));
        first = false;
      },
      [&](const std::string& word) {
        append(word);
        first = false;
      });
  return out;
}

std::string sort_key(std::string_view text) {
  auto& f = folder();
  std::lock_guard lock(f.guard);
  const auto unicode = UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  std::uint8_t bytes[512];
  const int length = std::min<int>(f.order->getSortKey(unicode, bytes, sizeof bytes), sizeof bytes);
  static constexpr char hex[] = "0123456789abcdef";
  std::string out;
  for (int i = 0; i + 1 < length; ++i) {
    out += hex[bytes[i] >> 4];
    out += hex[bytes[i] & 15];
  }
  return out;
}

std::string masked_phone(std::string_view phone) {
  if (phone.size() < 8) return std::string(phone.size(), '*');
  return std::string(phone.substr(0, 3)) + std::string(phone.size() - 7, '*') +
         std::string(phone.substr(phone.size() - 4));
}

std::string masked_name(std::string_view text) {
  const auto letters = letters_of(text);
  if (letters.empty()) return {};
  return utf8(letters[0]) + (letters.size() > 1 ? std::string(std::min<std::size_t>(letters.size() - 1, 3), '*') : "");
}

std::string masked_id_number(std::string_view number) {
  if (number.size() < 11) return std::string(number.size(), '*');
  return std::string(number.substr(0, 6)) + std::string(number.size() - 10, '*') +
         std::string(number.substr(number.size() - 4));
}

}  // namespace tx
