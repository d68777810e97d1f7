#include "engines/ledger/witness.h"

#include <sodium.h>

#include <charconv>
#include <cstring>

#include "engines/ledger/note.h"

namespace tx::ledger {
namespace {

constexpr std::string_view kCosigned{"\x04", 1};
constexpr std::size_t kProofMost = 63, kTime = 8;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string message_of(std::string_view body, std::int64_t unix_seconds) {
  return "cosignature/v1\ntime " + std::to_string(unix_seconds) + "\n" + std::string(body);
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || std::to_string(value) != text) return std::nullopt;
  return value;
}

std::optional<Hash> hash_of(std::string_view text) {
  const auto raw = from_base64(text);
  if (!raw || raw->size() != 32) return std::nullopt;
  Hash hash;
  std::memcpy(hash.data(), raw->data(), hash.size());
  return hash;
}

}  // namespace

std::string witness_id(const Key& key) { return key_id(key.name, kCosigned, key.open); }

std::string verifier_key(const Key& key, unsigned char type) {
  const std::string kind(1, static_cast<char>(type)), id = key_id(key.name, kind, key.open);
  char text[9];
  sodium_bin2hex(text, sizeof text, bytes(id), id.size());
  return key.name + "+" + text + "+" + base64(kind + key.open);
}

std::optional<Key> read_verifier_key(std::string_view text, unsigned char type) {
  const auto first = text.find('+'), second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || first == 0 || text.substr(0, first).find_first_of(" \n\t") != std::string_view::npos) return std::nullopt;
  const auto raw = from_base64(text.substr(second + 1));
  if (!raw || raw->size() != 1 + crypto_sign_PUBLICKEYBYTES || static_cast<unsigned char>((*raw)[0]) != type) return std::nullopt;
  Key key{std::string(text.substr(0, first)), {}, raw->substr(1)};
  if (verifier_key(key, type) != text) return std::nullopt;
  return key;
}

std::string cosignature(std::string_view body, const Key& witness, std::int64_t unix_seconds) {
  std::string signature(kTime, '\0');
  for (std::size_t i = 0; i < kTime; ++i) signature[i] = static_cast<char>(static_cast<std::uint64_t>(unix_seconds) >> (8 * (kTime - 1 - i)));
  const auto message = message_of(body, unix_seconds);
  std::string made(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(made.data()), nullptr, bytes(message), message.size(), bytes(witness.secret));
  return note_line(witness.name, witness_id(witness), signature + made);
}

std::optional<std::int64_t> cosigned_at(std::string_view note, const Key& witness) {
  const auto parts = note_parts(note);
  if (!parts) return std::nullopt;
  for (const auto& line : parts->lines) {
    if (line.name != witness.name || line.key_id != witness_id(witness)) continue;
    if (line.signature.size() != kTime + crypto_sign_BYTES) return std::nullopt;
    std::uint64_t when = 0;
    for (std::size_t i = 0; i < kTime; ++i) when = when << 8 | static_cast<unsigned char>(line.signature[i]);
    const auto message = message_of(parts->body, static_cast<std::int64_t>(when));
    if (when >> 63 || crypto_sign_verify_detached(bytes(line.signature) + kTime, bytes(message), message.size(), bytes(witness.open)) != 0)
      return std::nullopt;
    return static_cast<std::int64_t>(when);
  }
  return std::nullopt;
}

std::string text_of(const Submission& submission) {
  std::string text = "old " + std::to_string(submission.old_size) + "\n";
  for (const auto& hash : submission.proof) text += base64({reinterpret_cast<const char*>(hash.data()), hash.size()}) + "\n";
  return text + "\n" + submission.note;
}

std::optional<Submission> read_submission(std::string_view text) {
  Submission submission;
  for (bool first = true;; first = false) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (first) {
      const auto size = line.starts_with("old ") ? number(line.substr(4)) : std::nullopt;
      if (!size) return std::nullopt;
      submission.old_size = *size;
    } else if (line.empty()) {
      submission.note = text;
      return submission;
    } else {
      const auto hash = hash_of(line);
      if (!hash || submission.proof.size() == kProofMost) return std::nullopt;
      submission.proof.push_back(*hash);
    }
  }
}

WitnessAnswer answer_submission(std::string_view text, const std::vector<Watched>& logs, const Key& witness, std::int64_t unix_seconds) {
  const auto submission = read_submission(text);
  const auto head = submission ? open_note(submission->note, {}) : std::nullopt;
  if (!head) return {400, "malformed\n", {}, false};
  const Watched* seen = nullptr;
  for (const auto& log : logs)
    if (log.log.name == head->checkpoint.origin) seen = &log;
  if (!seen) return {404, "unknown log\n", {}, false};
  const auto opened = open_note(submission->note, {seen->log});
  if (!opened || opened->signers.empty()) return {403, "not signed by the log\n", {}, false};
  const Checkpoint& next = opened->checkpoint;
  if (submission->old_size > next.size) return {400, "old size above the size of the head\n", {}, false};
  if (submission->old_size != seen->size) return {409, std::to_string(seen->size) + "\n", {}, next.size == seen->size && next.root != seen->root};
  const Checkpoint before{next.origin, seen->size, seen->size ? seen->root : sha256("")};
  const auto judgement = judge(before, next, submission->proof);
  if ((judgement != Judgement::extends && judgement != Judgement::same) || (next.size == seen->size && !submission->proof.empty()))
    return {422, "not consistent with the head that was seen\n", {}, judgement == Judgement::forked && next.size == seen->size};
  return {200, cosignature(next.body(), witness, unix_seconds), next, false};
}

}  // namespace tx::ledger
