// tongxin-verify: checks an export of the log without the program that wrote it. It shares no code with it and uses another
// cryptographic library (OpenSSL; the log is written with libsodium). Offline; one file; reads, never writes.
//
//   tongxin-verify EXPORT KEY [EARLIER-HEAD]
//     EXPORT        what `tongxin log export` wrote; lines may lack salt and record (erased persons): the tree still holds
//     KEY           the log's open key, base64, from a source you trust (not from the export)
//     EARLIER-HEAD  a head that you or a witness kept: the export must contain that log unchanged
//
// Format of an export: "tongxin log 1", then for each leaf a line "type TAB commitment TAB salt TAB record" (base64; "-"
// where erased), an empty line, then the signed head: "origin", "size", "root", an empty line, signature lines.
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Bytes = std::string;

Bytes sha256(const Bytes& bytes) {
  Bytes hash(32, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

bool from_base64(const std::string& text, Bytes& out) {
  out.clear();
  if (text.empty() || text.size() % 4 != 0) return false;
  out.assign(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return false;
  out.resize(static_cast<std::size_t>(length) - (text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0));
  return true;
}

// RFC 6962 2.1 in its own words: split at the largest power of two below the number of leaves.
Bytes root_of(const std::vector<Bytes>& leaves, std::size_t from, std::size_t to) {
  if (from == to) return sha256("");
  if (to - from == 1) return leaves[from];
  std::size_t half = 1;
  while (half * 2 < to - from) half *= 2;
  return sha256(Bytes(1, '\1') + root_of(leaves, from, from + half) + root_of(leaves, from + half, to));
}

struct Head {
  std::string body, name;
  std::size_t size = 0;
  Bytes root, signature, key_id;
};

bool read_head(std::istream& in, Head& head) {
  std::string origin, size, root, blank, line;
  if (!std::getline(in, origin) || !std::getline(in, size) || !std::getline(in, root) || !std::getline(in, blank) || !blank.empty()) return false;
  if (size.empty() || size.size() > 18 || size.find_first_not_of("0123456789") != std::string::npos || !from_base64(root, head.root)) return false;
  head.size = std::stoull(size);
  head.body = origin + "\n" + size + "\n" + root + "\n";
  while (std::getline(in, line)) {
    const std::string start = "\xe2\x80\x94 " + origin + " ";
    Bytes signature;
    if (!line.starts_with(start) || !from_base64(line.substr(start.size()), signature) || signature.size() != 68) continue;
    head.name = origin;
    head.key_id = signature.substr(0, 4);
    head.signature = signature.substr(4);
    return true;
  }
  return false;
}

bool signed_by(const Head& head, const Bytes& key) {
  if (key.size() != 32 || sha256(head.name + "\n" + Bytes(1, '\1') + key).substr(0, 4) != head.key_id) return false;
  EVP_PKEY* open = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(key.data()), key.size());
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool good = open && context && EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, open) == 1 &&
                    EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(head.signature.data()), head.signature.size(),
                                     reinterpret_cast<const unsigned char*>(head.body.data()), head.body.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(open);
  return good;
}

int wrong(const std::string& what) {
  std::cout << "WRONG: " << what << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) {
    std::cerr << "tongxin-verify EXPORT KEY [EARLIER-HEAD]\n";
    return 2;
  }
  std::ifstream in(argv[1]);
  std::string line;
  if (!std::getline(in, line) || line != "tongxin log 1") return wrong("not an export of a log");
  std::vector<Bytes> leaves;
  std::size_t erased = 0;
  while (std::getline(in, line) && !line.empty()) {
    std::istringstream parts(line);
    std::string type, commitment, salt, record;
    std::getline(parts, type, '\t');
    std::getline(parts, commitment, '\t');
    std::getline(parts, salt, '\t');
    std::getline(parts, record, '\t');
    Bytes salt_bytes, record_bytes, stated;
    if (type.empty() || !from_base64(commitment, stated) || stated.size() != 32) return wrong("entry " + std::to_string(leaves.size()) + " is unreadable");
    if (salt == "-" && record == "-") ++erased;
    else if (!from_base64(salt, salt_bytes) || !from_base64(record, record_bytes) || sha256(salt_bytes + record_bytes) != stated)
      return wrong("entry " + std::to_string(leaves.size()) + " (" + type + ") is not what was logged");
    leaves.push_back(sha256(Bytes(1, '\0') + type + "\n" + commitment));
  }
  Head head;
  Bytes key;
  if (!read_head(in, head)) return wrong("no signed head at the end");
  if (!from_base64(argv[2], key) || !signed_by(head, key)) return wrong("the head is not signed by this key");
  if (head.size != leaves.size()) return wrong("the head speaks of " + std::to_string(head.size) + " entries, the export holds " + std::to_string(leaves.size()));
  if (root_of(leaves, 0, leaves.size()) != head.root) return wrong("the entries do not give the signed root: some were changed, left out or moved");
  if (argc == 4) {
    std::ifstream earlier(argv[3]);
    Head before;
    if (!read_head(earlier, before) || !signed_by(before, key)) return wrong("the earlier head is not signed by this key");
    if (before.size > leaves.size()) return wrong("the log is shorter than it was: " + std::to_string(before.size) + " entries before");
    if (root_of(leaves, 0, before.size) != before.root) return wrong("the log is not the one that was signed before: it has been rewritten");
  }
  std::cout << "GOOD: " << leaves.size() << " entries, " << erased << " of them erased, signed by " << head.name << "\n";
  return 0;
}
