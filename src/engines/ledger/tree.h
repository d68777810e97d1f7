// The append-only log under every hour and every certificate: an RFC 6962 Merkle tree, kept as a frontier plus the hashes
// of finished subtrees, so that a database can store both in the same commit as what they tell of. A leaf holds a
// commitment (salted hash), never the record: erasing record and salt leaves the tree valid and says nothing.
// Pure: no database, no clock, no network.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tx::ledger {

using Hash = std::array<unsigned char, 32>;
Hash sha256(std::string_view bytes);
Hash leaf_hash(std::string_view leaf);                       // SHA-256(0x00 || leaf)
Hash node_hash(const Hash& left, const Hash& right);         // SHA-256(0x01 || left || right)
std::string hex(const Hash& hash);
std::string base64(std::string_view bytes);                  // with padding
std::optional<std::string> from_base64(std::string_view text);

// What stands in the log for a record: "type \n SHA-256(salt || record)" in base64. `salt` is 32 random bytes.
std::string leaf_of(std::string_view type, std::string_view salt, std::string_view record);

// Roots of the complete subtrees of a tree of `size` leaves, largest first (one for each bit of size).
struct Frontier {
  std::uint64_t size = 0;
  std::vector<Hash> roots;
};
// A finished subtree: node (level, index) covers leaves [index << level, (index + 1) << level). Level 0 is the leaf.
using NodeSink = std::function<void(int level, std::uint64_t index, const Hash& hash)>;
using NodeSource = std::function<Hash(int level, std::uint64_t index)>;
void append(Frontier& frontier, const Hash& leaf, const NodeSink& sink);
Hash root_of(const Frontier& frontier);                      // SHA-256("") for the empty tree
std::string bytes_of(const Frontier& frontier);              // 32 bytes a root
Frontier frontier_of(std::uint64_t size, std::string_view bytes);

// RFC 6962 2.1.1 and 2.1.2. index < size; first <= second <= size of the source's tree.
std::vector<Hash> inclusion_proof(const NodeSource& source, std::uint64_t index, std::uint64_t size);
std::vector<Hash> consistency_proof(const NodeSource& source, std::uint64_t first, std::uint64_t second);
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, const std::vector<Hash>& proof, const Hash& root);
bool verify_consistency(std::uint64_t first, std::uint64_t second, const Hash& first_root, const Hash& second_root,
                        const std::vector<Hash>& proof);

// ---- checkpoints: a C2SP signed note over "origin \n size \n base64(root) \n"
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  std::string body() const;
};
struct Key {                        // Ed25519
  std::string name;
  std::string secret;               // 64 bytes, empty: can only verify
  std::string open;                 // 32 bytes
  std::string id() const;           // first four bytes of SHA-256(name || "\n" || 0x01 || open)
};
Key make_key(std::string name);
std::string signed_note(const Checkpoint& checkpoint, const Key& key);
// A further signature line of the same note: a witness signs the same body.
std::string cosigned(const std::string& note, const Key& witness);
struct Opened {
  Checkpoint checkpoint;
  std::vector<std::string> signers;   // names of those of `keys` whose signature is good
};
// nullopt: malformed, or a line that claims one of `keys` and does not verify.
std::optional<Opened> open_note(std::string_view note, const std::vector<Key>& keys);

// What a witness answers before it cosigns: never a smaller tree, never another root at the same size, never a tree that
// does not contain the one seen before.
enum class Judgement { extends, same, smaller, forked };
Judgement judge(const Checkpoint& seen, const Checkpoint& next, const std::vector<Hash>& consistency);

}  // namespace tx::ledger
