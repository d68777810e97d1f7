#include "engines/ledger/tree.h"

#include <sodium.h>

#include <bit>
#include <charconv>
#include <cstring>

#include "engines/ledger/note.h"

namespace tx::ledger {
namespace {

std::string_view view(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

Hash hash_of(std::initializer_list<std::string_view> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const auto part : parts)
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  Hash hash;
  crypto_hash_sha256_final(&state, hash.data());
  return hash;
}

// Root of leaves [from, to): whole subtrees are stored nodes, the ragged right edge is put together.
Hash range_root(const NodeSource& source, std::uint64_t from, std::uint64_t to) {
  const std::uint64_t count = to - from;
  if (std::has_single_bit(count)) {
    const int level = std::countr_zero(count);
    return source(level, from >> level);
  }
  const std::uint64_t split = std::bit_floor(count);
  return node_hash(range_root(source, from, from + split), range_root(source, from + split, to));
}

std::uint64_t split_of(std::uint64_t count) { return std::bit_floor(count - 1); }   // largest power of two below count

void include(const NodeSource& source, std::uint64_t index, std::uint64_t from, std::uint64_t to, std::vector<Hash>& proof) {
  if (to - from == 1) return;
  const std::uint64_t middle = from + split_of(to - from);
  if (index < middle) {
    include(source, index, from, middle, proof);
    proof.push_back(range_root(source, middle, to));
  } else {
    include(source, index, middle, to, proof);
    proof.push_back(range_root(source, from, middle));
  }
}

void consist(const NodeSource& source, std::uint64_t first, std::uint64_t from, std::uint64_t to, bool whole, std::vector<Hash>& proof) {
  if (first == to - from) {
    if (!whole) proof.push_back(range_root(source, from, to));
    return;
  }
  const std::uint64_t split = split_of(to - from), middle = from + split;
  if (first <= split) {
    consist(source, first, from, middle, whole, proof);
    proof.push_back(range_root(source, middle, to));
  } else {
    consist(source, first - split, middle, to, false, proof);
    proof.push_back(range_root(source, from, middle));
  }
}

}  // namespace

Hash sha256(std::string_view bytes) { return hash_of({bytes}); }
Hash leaf_hash(std::string_view leaf) { return hash_of({std::string_view("\0", 1), leaf}); }
Hash node_hash(const Hash& left, const Hash& right) { return hash_of({std::string_view("\1", 1), view(left), view(right)}); }

std::string hex(const Hash& hash) {
  char text[65];
  sodium_bin2hex(text, sizeof text, hash.data(), hash.size());
  return text;
}

std::string base64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr, &length,
                        &end, sodium_base64_VARIANT_ORIGINAL) != 0 || end != text.data() + text.size())
    return std::nullopt;
  bytes.resize(length);
  if (base64(bytes) != text) return std::nullopt;   // one value, one spelling
  return bytes;
}

std::string leaf_of(std::string_view type, std::string_view salt, std::string_view record) {
  return std::string(type) + "\n" + base64(view(hash_of({salt, record})));
}

void append(Frontier& frontier, const Hash& leaf, const NodeSink& sink) {
  Hash hash = leaf;
  std::uint64_t index = frontier.size;
  if (sink) sink(0, index, hash);
  for (int level = 0; index & 1; ++level, index >>= 1) {
    hash = node_hash(frontier.roots.back(), hash);
    frontier.roots.pop_back();
    if (sink) sink(level + 1, index >> 1, hash);
  }
  frontier.roots.push_back(hash);
  ++frontier.size;
}

Hash root_of(const Frontier& frontier) {
  if (frontier.roots.empty()) return sha256("");
  Hash hash = frontier.roots.back();
  for (auto i = frontier.roots.size() - 1; i-- > 0;) hash = node_hash(frontier.roots[i], hash);
  return hash;
}

std::string bytes_of(const Frontier& frontier) {
  std::string bytes;
  for (const auto& root : frontier.roots) bytes += view(root);
  return bytes;
}

Frontier frontier_of(std::uint64_t size, std::string_view bytes) {
  Frontier frontier{size, std::vector<Hash>(bytes.size() / 32)};
  for (std::size_t i = 0; i < frontier.roots.size(); ++i) std::memcpy(frontier.roots[i].data(), bytes.data() + 32 * i, 32);
  return frontier;
}

std::vector<Hash> inclusion_proof(const NodeSource& source, std::uint64_t index, std::uint64_t size) {
  std::vector<Hash> proof;
  include(source, index, 0, size, proof);
  return proof;
}

std::vector<Hash> consistency_proof(const NodeSource& source, std::uint64_t first, std::uint64_t second) {
  std::vector<Hash> proof;
  if (first > 0 && first < second) consist(source, first, 0, second, true, proof);
  return proof;
}

// RFC 9162 2.1.3.2
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, const std::vector<Hash>& proof, const Hash& root) {
  if (index >= size) return false;
  std::uint64_t fn = index, sn = size - 1;
  Hash hash = leaf;
  for (const auto& part : proof) {
    if (sn == 0) return false;
    if ((fn & 1) || fn == sn) {
      hash = node_hash(part, hash);
      while (!(fn & 1) && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      hash = node_hash(hash, part);
    }
    fn >>= 1, sn >>= 1;
  }
  return sn == 0 && hash == root;
}

// RFC 9162 2.1.4.2
bool verify_consistency(std::uint64_t first, std::uint64_t second, const Hash& first_root, const Hash& second_root,
                        const std::vector<Hash>& proof) {
  if (first > second) return false;
  if (first == 0) return proof.empty();
  if (first == second) return proof.empty() && first_root == second_root;
  std::vector<Hash> parts = proof;
  if (std::has_single_bit(first)) parts.insert(parts.begin(), first_root);
  if (parts.empty()) return false;
  std::uint64_t fn = first - 1, sn = second - 1;
  while (fn & 1) fn >>= 1, sn >>= 1;
  Hash old_hash = parts[0], new_hash = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (sn == 0) return false;
    if ((fn & 1) || fn == sn) {
      old_hash = node_hash(parts[i], old_hash);
      new_hash = node_hash(parts[i], new_hash);
      while (!(fn & 1) && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      new_hash = node_hash(new_hash, parts[i]);
    }
    fn >>= 1, sn >>= 1;
  }
  return sn == 0 && old_hash == first_root && new_hash == second_root;
}

// ---- checkpoints

std::string Checkpoint::body() const {
  return origin + "\n" + std::to_string(size) + "\n" + base64(view(root)) + "\n";
}

Key make_key(std::string name) {
  Key key{std::move(name), std::string(crypto_sign_SECRETKEYBYTES, '\0'), std::string(crypto_sign_PUBLICKEYBYTES, '\0')};
  crypto_sign_keypair(reinterpret_cast<unsigned char*>(key.open.data()), reinterpret_cast<unsigned char*>(key.secret.data()));
  return key;
}

namespace {

constexpr std::string_view kPlain{"\1", 1};   // signature type: Ed25519 over the body

std::string signature_line(std::string_view body, const Key& key) {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, reinterpret_cast<const unsigned char*>(body.data()),
                       body.size(), reinterpret_cast<const unsigned char*>(key.secret.data()));
  return note_line(key.name, key.id(), signature);
}

std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string Key::id() const { return key_id(name, kPlain, open); }

std::string signed_note(const Checkpoint& checkpoint, const Key& key) {
  return checkpoint.body() + "\n" + signature_line(checkpoint.body(), key);
}

std::string cosigned(const std::string& note, const Key& witness) {
  const auto end = note.find("\n\n");
  return end == std::string::npos ? note : note + signature_line(std::string_view(note).substr(0, end + 1), witness);
}

std::optional<Opened> open_note(std::string_view note, const std::vector<Key>& keys) {
  const auto parts = note_parts(note);
  if (!parts) return std::nullopt;
  std::string_view rest = parts->body;
  const auto origin = take_line(rest), size = take_line(rest), root = take_line(rest);
  if (!origin || origin->empty() || !size || !root || !rest.empty()) return std::nullopt;
  Opened opened;
  opened.checkpoint.origin = *origin;
  const auto [stop, error] = std::from_chars(size->data(), size->data() + size->size(), opened.checkpoint.size);
  if (error != std::errc() || stop != size->data() + size->size() || std::to_string(opened.checkpoint.size) != *size) return std::nullopt;
  const auto bytes = from_base64(*root);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  std::memcpy(opened.checkpoint.root.data(), bytes->data(), 32);
  if (opened.checkpoint.body() != parts->body) return std::nullopt;
  for (const auto& line : parts->lines)
    for (const auto& key : keys) {
      if (key.name != line.name || line.key_id != key.id()) continue;   // an unknown signer's line is passed over
      if (line.signature.size() != crypto_sign_BYTES ||
          crypto_sign_verify_detached(reinterpret_cast<const unsigned char*>(line.signature.data()),
                                      reinterpret_cast<const unsigned char*>(parts->body.data()), parts->body.size(),
                                      reinterpret_cast<const unsigned char*>(key.open.data())) != 0)
        return std::nullopt;
      opened.signers.push_back(key.name);
    }
  return opened;
}

Judgement judge(const Checkpoint& seen, const Checkpoint& next, const std::vector<Hash>& consistency) {
  if (next.size < seen.size) return Judgement::smaller;
  if (next.size == seen.size) return next.root == seen.root ? Judgement::same : Judgement::forked;
  return verify_consistency(seen.size, next.size, seen.root, next.root, consistency) ? Judgement::extends : Judgement::forked;
}

}  // namespace tx::ledger
