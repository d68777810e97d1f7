// tongxin-verify: checks an export of the log, a certificate or a head without the program that wrote them. Offline; reads,
// never writes. Keys come from a source that you trust, not from what is checked.
//
//   tongxin-verify EXPORT KEY [EARLIER-HEAD]
//   tongxin-verify export FILE --key KEY [--sm2 KEY] [--witness KEY]… [--earlier HEAD-FILE]…
//   tongxin-verify head FILE --key KEY [--sm2 KEY] [--witness KEY]…          several heads in one file: none may contradict another
//   tongxin-verify certificate TEXT --key KEY [--name NAME] [--until DAY]    TEXT: what the QR code holds
//   tongxin-verify proof FILE --key KEY                                      what /v/NUMBER/proof.json gives
//
// An export: "tongxin log 1", then for each leaf a line "type TAB commitment TAB salt TAB record" (base64; "-" where erased or
// withheld), an empty line, then the signed head.
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "check.h"

namespace {

using namespace verify;

struct Asked {
  std::string what, subject, name, until;
  std::vector<Key> logs, sm2, witnesses;
  std::vector<std::string> earlier;
};

int wrong(const std::string& what) {
  std::cout << "WRONG: " << what << "\n";
  return 1;
}

std::string file_text(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The head must be signed by the log's key; further keys that were given must have signed it, too.
std::string fault_of(const Head& head, const Asked& asked) {
  bool log = false;
  for (const auto& key : asked.logs) log = log || signed_by(head, key) == Signed::yes;
  if (!log) return "the head is not signed by this key";
  for (const auto& key : asked.sm2)
    if (signed_by(head, key) != Signed::yes) return "the head has no good SM2 signature";
  for (const auto& key : asked.witnesses)
    if (signed_by(head, key) == Signed::no) return "the cosignature of " + key.name + " is not good";
  return {};
}

std::string held_by(const Head& head, const Asked& asked) {
  std::string names;
  for (const auto& key : asked.witnesses) {
    std::int64_t when = 0;
    if (signed_by(head, key, &when) == Signed::yes) names += ", held by " + key.name + " at second " + std::to_string(when);
  }
  return names;
}

std::string read_leaf(const std::string& line, std::vector<Bytes>& leaves, std::set<std::string>& erased_here, std::size_t& hidden) {
  std::istringstream parts(line);
  std::string type, commitment, salt, record;
  std::getline(parts, type, '\t');
  std::getline(parts, commitment, '\t');
  std::getline(parts, salt, '\t');
  std::getline(parts, record, '\t');
  Bytes salt_bytes, record_bytes, stated;
  const std::string here = "entry " + std::to_string(leaves.size());
  if (type.empty() || !from_base64(commitment, stated) || stated.size() != 32) return here + " is unreadable";
  if (salt == "-" && record == "-") ++hidden;
  else if (!from_base64(salt, salt_bytes) || !from_base64(record, record_bytes) || sha256(salt_bytes + record_bytes) != stated)
    return here + " (" + type + ") is not what was logged";
  if (type == "erasure" && !record_bytes.empty()) {
    const auto from = record_bytes.find("\"leaves\":[");
    std::istringstream list(from == std::string::npos ? "" : record_bytes.substr(from + 10, record_bytes.find(']', from) - from - 10));
    for (std::string seq; std::getline(list, seq, ',');) erased_here.insert(seq);
  }
  leaves.push_back(sha256(Bytes(1, '\0') + type + "\n" + commitment));
  return {};
}

int check_export(const Asked& asked) {
  std::ifstream in(asked.subject, std::ios::binary);
  std::string line;
  if (!std::getline(in, line) || line != "tongxin log 1") return wrong("not an export of a log");
  std::vector<Bytes> leaves;
  std::set<std::string> declared;
  std::size_t hidden = 0;
  while (std::getline(in, line) && !line.empty())
    if (const auto fault = read_leaf(line, leaves, declared, hidden); !fault.empty()) return wrong(fault);
  std::ostringstream rest;
  rest << in.rdbuf();
  Head head;
  if (!read_head(rest.str(), head)) return wrong("no signed head at the end");
  if (const auto fault = fault_of(head, asked); !fault.empty()) return wrong(fault);
  if (head.size != leaves.size()) return wrong("the head speaks of " + std::to_string(head.size) + " entries, the export holds " + std::to_string(leaves.size()));
  if (root_of(leaves, 0, leaves.size()) != head.root) return wrong("the entries do not give the signed root: some were changed, left out or moved");
  for (const auto& name : asked.earlier) {
    Head before;
    if (!read_head(file_text(name), before) || !fault_of(before, asked).empty()) return wrong("the earlier head is not signed by this key");
    if (before.size > leaves.size()) return wrong("the log is shorter than it was: " + std::to_string(before.size) + " entries before");
    if (root_of(leaves, 0, before.size) != before.root) return wrong("the log is not the one that was signed before: it has been rewritten");
  }
  std::cout << "GOOD: " << leaves.size() << " entries, " << hidden << " of them without content (" << declared.size() << " erased on record), signed by "
            << head.origin << held_by(head, asked) << "\n";
  return 0;
}

int check_heads(const Asked& asked) {
  std::map<std::uint64_t, Bytes> roots;
  std::istringstream in(file_text(asked.subject));
  std::string text, line;
  int heads = 0, blanks = 0;
  std::string said;
  const auto take = [&]() -> std::string {
    Head head;
    if (!read_head(text, head)) return "unreadable";
    if (const auto fault = fault_of(head, asked); !fault.empty()) return fault;
    const auto [at, fresh] = roots.emplace(head.size, head.root);
    if (!fresh && at->second != head.root) return "two different logs of " + std::to_string(head.size) + " entries were signed: a fork";
    said += "\n  " + std::to_string(head.size) + " entries" + held_by(head, asked);
    ++heads;
    return {};
  };
  while (std::getline(in, line)) {   // a head holds one empty line; the next one ends it
    if (line.empty() && ++blanks == 2) {
      if (const auto fault = take(); !fault.empty()) return wrong(fault);
      text.clear();
      blanks = 0;
      continue;
    }
    text += line + "\n";
  }
  if (!text.empty())
    if (const auto fault = take(); !fault.empty()) return wrong(fault);
  if (heads == 0) return wrong("no head");
  std::cout << "GOOD: " << heads << " head(s)" << said << "\n";
  return 0;
}

std::uint32_t number_at(const Bytes& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// Days since 1970 as a date (proleptic Gregorian, counted in eras of 400 years).
std::string day_text(std::int64_t days) {
  days += 719468;
  const auto era = days / 146097, of_era = days % 146097;
  const auto year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const auto of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100), month = (5 * of_year + 2) / 153;
  char text[40];
  std::snprintf(text, sizeof text, "%04lld-%02lld-%02lld", static_cast<long long>(year_of_era + era * 400 + (month >= 10)),
                static_cast<long long>(month < 10 ? month + 3 : month - 9), static_cast<long long>(of_year - (153 * month + 2) / 5 + 1));
  return text;
}

// Version 1: key id 4, number 16, issued, from, to (days), minutes A-D, 8 bytes of the name's hash, Ed25519 over all before it.
int check_certificate(const Asked& asked) {
  const std::string text = asked.subject.substr(asked.subject.find('#') == std::string::npos ? 0 : asked.subject.find('#') + 1);
  Bytes bytes;
  constexpr std::size_t kBody = 57;
  if (!from_base64(text, bytes) || bytes.size() != kBody + 64 || bytes[0] != 1) return wrong("not the text of a certificate");
  const Bytes body = bytes.substr(0, kBody);
  bool known = false, good = false;
  for (const auto& key : asked.logs) {
    if (!key.name.empty() && sha256(key.name + "\n\1" + key.open).substr(0, 4) != body.substr(1, 4)) continue;
    known = true;
    good = good || ed25519(key.open, body, bytes.substr(kBody));
  }
  if (!known) return wrong("signed by another key");
  if (!good) return wrong("the signature does not hold: forged or damaged");
  const std::string number = body.substr(5, 16).substr(0, body.substr(5, 16).find_last_not_of(' ') + 1), issued = day_text(number_at(body, 21));
  if (!asked.until.empty() && issued > asked.until) return wrong("issued on " + issued + ", after the key's last day");
  if (!asked.name.empty() && sha256(number + "\n" + asked.name).substr(0, 8) != body.substr(49, 8)) return wrong("issued to another name");
  std::cout << "GOOD: certificate " << number << ", issued " << issued << ", for " << day_text(number_at(body, 25)) << " to " << day_text(number_at(body, 29))
            << "; minutes A " << number_at(body, 33) << ", B " << number_at(body, 37) << ", C " << number_at(body, 41) << ", D " << number_at(body, 45)
            << (asked.name.empty() ? "" : "; the name fits") << "\n  Whether it was revoked since only the issuer's page can say.\n";
  return 0;
}

// The few members of proof.json, found by name; the texts hold no quotes besides the escaped line ends.
std::string member(const std::string& json, const std::string& name) {
  auto at = json.find("\"" + name + "\":");
  if (at == std::string::npos) return {};
  at += name.size() + 3;
  const char first = json[at];
  const auto end = first == '"' ? json.find('"', at + 1) : first == '[' ? json.find(']', at) : json.find_first_of(",}", at);
  std::string text = json.substr(at + (first == '"' || first == '['), end - at - (first == '"' || first == '['));
  for (std::size_t line; (line = text.find("\\n")) != std::string::npos;) text.replace(line, 2, "\n");
  return text;
}

int check_proof(const Asked& asked) {
  const auto json = file_text(asked.subject);
  Head head;
  if (!read_head(member(json, "checkpoint"), head)) return wrong("no head in the proof");
  if (const auto fault = fault_of(head, asked); !fault.empty()) return wrong(fault);
  std::vector<Bytes> hashes;
  std::istringstream list(member(json, "hashes"));
  for (std::string one; std::getline(list, one, ',');) hashes.push_back(from_hex(one.substr(1, one.size() - 2)));
  const auto index = std::strtoull(member(json, "index").c_str(), nullptr, 10);
  if (root_from(sha256(Bytes(1, '\0') + member(json, "leaf")), index, head.size, hashes) != head.root) return wrong("the entry is not in the log that this head signs");
  std::cout << "GOOD: entry " << index << " is one of the " << head.size << " entries signed by " << head.origin << held_by(head, asked) << "\n";
  return 0;
}

int usage() {
  std::cerr << "tongxin-verify EXPORT KEY [EARLIER-HEAD]\n"
               "tongxin-verify export|head|proof FILE --key KEY [--sm2 KEY] [--witness KEY]... [--earlier HEAD-FILE]...\n"
               "tongxin-verify certificate TEXT --key KEY [--name NAME] [--until YYYY-MM-DD]\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  Asked asked;
  const std::string what = argc > 2 ? argv[1] : "";
  Key key;
  if (what == "export" || what == "head" || what == "certificate" || what == "proof") {
    asked.subject = argv[2];
    for (int i = 3; i + 1 < argc; i += 2) {
      const std::string option = argv[i], value = argv[i + 1];
      if (option == "--name") asked.name = value;
      else if (option == "--until") asked.until = value;
      else if (option == "--earlier") asked.earlier.push_back(value);
      else if (option != "--key" && option != "--sm2" && option != "--witness") return usage();
      else if (!read_key(value, key)) return wrong("unreadable key " + value);
      else (option == "--key" ? asked.logs : option == "--sm2" ? asked.sm2 : asked.witnesses).push_back(key);
    }
    if (argc % 2 == 0 || asked.logs.empty()) return usage();
    return what == "export" ? check_export(asked) : what == "head" ? check_heads(asked) : what == "proof" ? check_proof(asked) : check_certificate(asked);
  }
  if (argc < 3 || argc > 4) return usage();
  asked.subject = argv[1];
  if (!read_key(argv[2], key)) return wrong("unreadable key");
  asked.logs.push_back(key);
  if (argc == 4) asked.earlier.push_back(argv[3]);
  return check_export(asked);
}
