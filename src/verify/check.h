// The verifier's own arithmetic: SHA-256, RFC 6962, signed notes, Ed25519 and SM2 through OpenSSL (the log is written with
// libsodium). Shares no code with the program that it checks: what one gets wrong, the other finds.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace verify {

using Bytes = std::string;

Bytes sha256(const Bytes& bytes);
bool from_base64(const std::string& text, Bytes& out);       // also the URL alphabet, padded or not
Bytes from_hex(const std::string& text);
// RFC 6962 2.1 in its own words: split at the largest power of two below the number of leaves.
Bytes root_of(const std::vector<Bytes>& leaves, std::size_t from, std::size_t to);
// RFC 6962 2.1.1: the root that the proof of a leaf leads to; empty: the proof has another length.
Bytes root_from(const Bytes& leaf, std::uint64_t index, std::uint64_t size, const std::vector<Bytes>& proof);

struct Line {
  std::string name;
  Bytes id, signature;
};
struct Head {
  std::string body, origin;
  std::uint64_t size = 0;
  Bytes root;
  std::vector<Line> lines;
};
bool read_head(const std::string& text, Head& head);

// A key as it is handed on: "name+id+base64" (log, witness), or bare base64: 32 bytes Ed25519, 65 bytes SM2.
struct Key {
  std::string name;                // empty: any name
  unsigned char type = 0;          // 1 log, 4 witness, 2 SM2
  Bytes open;
};
bool read_key(const std::string& text, Key& key);
enum class Signed { yes, no, absent };
Signed signed_by(const Head& head, const Key& key, std::int64_t* when = nullptr);   // when: the second a witness states
bool ed25519(const Bytes& key, const Bytes& message, const Bytes& signature);

}  // namespace verify
