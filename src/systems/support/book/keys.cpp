// The keys of the log in their files: each readable by its owner only, made at the first start, never in the database.
#include <sodium.h>

#include <fstream>
#include <sstream>

#include "engines/ledger/witness.h"
#include "platform/identity/identity.h"
#include "systems/support/book/rows.h"

namespace tx::support {
namespace {

struct Lines {
  std::string name, secret, open;
};

Result<Lines> read_file(const std::string& file, const std::function<std::string()>& fresh) {
  const auto text = TX_TRY(identity::secret_file(file, fresh));
  std::istringstream in(text);
  Lines lines;
  std::string secret, open;
  std::getline(in, lines.name);
  std::getline(in, secret);
  std::getline(in, open);
  lines.secret = ledger::from_base64(secret).value_or("");
  lines.open = ledger::from_base64(open).value_or("");
  return lines;
}

Refusal unreadable(const std::string& file) { return {Kind::unavailable, "identity.vault_unreadable", {}, {{"file", file}}}; }

Result<ledger::Key> ed25519(const std::string& file, const std::string& name) {
  const auto lines = TX_TRY(read_file(file, [&] {
    const auto made = ledger::make_key(name);
    return made.name + "\n" + ledger::base64(made.secret) + "\n";
  }));
  if (lines.secret.size() != crypto_sign_SECRETKEYBYTES || lines.name.empty()) return tl::unexpected(unreadable(file));
  return ledger::Key{lines.name, lines.secret, lines.secret.substr(crypto_sign_SECRETKEYBYTES - crypto_sign_PUBLICKEYBYTES)};
}

}  // namespace

Result<Book> Book::open(const std::string& folder, const std::string& origin) {
  TX_ASSERT(sodium_init() >= 0);
  Book book;
  book.pending_ = std::make_shared<Pending>();
  book.head_file_ = folder + "/log.head";
  TX_CHECK(book.read_keys(folder, origin));
  return book;
}

Result<void> Book::read_keys(const std::string& folder, const std::string& origin) {
  key_ = TX_TRY(ed25519(folder + "/log.key", origin));
  witness_ = TX_TRY(ed25519(folder + "/witness.key", key_.name + "/witness"));
  const auto lines = TX_TRY(read_file(folder + "/log-sm2.key", [&] {
    const auto made = ledger::make_sm2_key(key_.name);
    return made.name + "\n" + ledger::base64(made.secret) + "\n" + ledger::base64(made.open) + "\n";
  }));
  sm2_ = {lines.name, lines.secret, lines.open, nullptr};
  if (sm2_.secret.empty() || !ledger::make_ready(sm2_)) return tl::unexpected(unreadable(folder + "/log-sm2.key"));
  issuers_ = {{key_, 0}};
  std::ifstream former(folder + "/issuers");
  for (std::string line; std::getline(former, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto blank = line.find(' ');
    const auto old = ledger::read_verifier_key(line.substr(0, blank), 1);
    const auto until = blank == std::string::npos ? std::nullopt : Date::parse(line.substr(blank + 1));
    if (!old || !until) return tl::unexpected(unreadable(folder + "/issuers"));
    issuers_.push_back({*old, until->days});
  }
  return {};
}

}  // namespace tx::support
