#include "app/witness_command.h"

#include <sodium.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "engines/ledger/witness.h"
#include "platform/http/client.h"
#include "systems/support/book/witnesses.h"

namespace tx::app {
namespace {

std::string all_of(std::istream& in) {
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

int told(const House* house, const Refusal& refusal) {
  std::cerr << "tongxin: " << (house ? const_cast<House*>(house)->words().text(language::Language::en, refusal.rule, refusal.args) : refusal.rule) << "\n";
  return 1;
}

int usage() {
  std::cerr << "tongxin witness key | add KEY [ADDRESS] | watch KEY | ask | request NAME | take | folder FOLDER NAME|watch KEY|sign\n";
  return 2;
}

std::string head_file(const std::string& folder, const std::string& origin) { return folder + "/" + ledger::hex(ledger::sha256(origin)).substr(0, 16) + ".head"; }

// Written whole or not at all, and on the disk before the answer leaves: a witness must never sign two stories.
bool keep(const std::string& file, const std::string& text) {
  const std::string fresh = file + ".new";
  if (!(std::ofstream(fresh) << text).flush()) return false;
  if (FILE* handle = std::fopen(fresh.c_str(), "r+")) {
    const bool synced = ::fsync(fileno(handle)) == 0;
    std::fclose(handle);
    if (!synced) return false;
  }
  std::error_code failed;
  std::filesystem::rename(fresh, file, failed);
  return !failed;
}

int sign(const std::string& folder, const ledger::Key& key, std::istream& in, std::ostream& out) {
  std::vector<ledger::Watched> logs;
  std::ifstream list(folder + "/logs");
  for (std::string line; std::getline(list, line);)
    if (const auto log = ledger::read_verifier_key(line, 1)) {
      ledger::Watched watched{*log, 0, {}};
      std::ifstream seen(head_file(folder, log->name));
      if (const auto opened = ledger::open_note(all_of(seen), {*log})) watched.size = opened->checkpoint.size, watched.root = opened->checkpoint.root;
      logs.push_back(watched);
    }
  const auto request = all_of(in);
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  const auto answer = ledger::answer_submission(request, logs, key, now);
  const auto submission = ledger::read_submission(request);
  if (answer.accepted && !keep(head_file(folder, answer.accepted->origin), submission->note)) return 1;
  if (answer.forked) keep(folder + "/fork-" + std::to_string(now) + ".note", submission->note);
  (answer.status == 200 ? out : std::cerr) << answer.body;
  return answer.status == 200 ? 0 : 1;
}

}  // namespace

int folder_witness(const std::vector<std::string>& words, std::istream& in, std::ostream& out) {
  if (words.size() < 2 || sodium_init() < 0) return usage();
  const std::string& folder = words[0];
  std::filesystem::create_directories(folder);
  const auto text = identity::secret_file(folder + "/witness.key", [&] {
    const auto made = ledger::make_key(words[1]);
    return made.name + "\n" + ledger::base64(made.secret) + "\n";
  });
  if (!text) return told(nullptr, text.error());
  std::istringstream lines(*text);
  ledger::Key key;
  std::string secret;
  std::getline(lines, key.name);
  std::getline(lines, secret);
  key.secret = ledger::from_base64(secret).value_or("");
  if (key.secret.size() != crypto_sign_SECRETKEYBYTES) return told(nullptr, {Kind::unavailable, "identity.vault_unreadable", {}, {}});
  key.open = key.secret.substr(crypto_sign_SECRETKEYBYTES - crypto_sign_PUBLICKEYBYTES);
  if (words[1] == "sign") return sign(folder, key, in, out);
  if (words[1] == "watch" && words.size() == 3) {
    if (!ledger::read_verifier_key(words[2], 1)) return usage();
    return std::ofstream(folder + "/logs", std::ios::app) << words[2] << "\n" ? 0 : 1;
  }
  out << ledger::verifier_key(key, 4) << "\n";
  return 0;
}

int witness_command(House& house, const std::vector<std::string>& words, std::istream& in, std::ostream& out) {
  if (words.empty()) return usage();
  auto& store = house.store();
  const auto& book = house.book();
  const auto written = [&](auto&& work) {
    const auto done = store.write([&](storage::Tx& tx) -> Result<Json> { return work(tx); });
    if (!done) return told(&house, done.error());
    if (done->is_string()) out << done->text() << "\n";
    return 0;
  };
  if (words[0] == "key") {
    out << "log      " << ledger::verifier_key(book.key(), 1) << "\nlog sm2  " << ledger::base64(book.sm2_key().open) << "\nwitness  "
        << ledger::verifier_key(book.witness_key(), 4) << "\n";
    return 0;
  }
  if (words[0] == "add" && words.size() >= 2)
    return written([&](storage::Tx& tx) -> Result<Json> { return Json(TX_TRY(support::add_witness(tx, book, words[1], words.size() > 2 ? words[2] : "", {})).name); });
  if (words[0] == "watch" && words.size() == 2)
    return written([&](storage::Tx& tx) -> Result<Json> { return Json(TX_TRY(support::watch_log(tx, words[1])).origin); });
  if (words[0] == "request" && words.size() == 2) {
    out << support::submission_for(*store.read(), words[1]);
    return 0;
  }
  if (words[0] == "take")
    return written([&](storage::Tx& tx) -> Result<Json> {
      return Json(std::to_string(TX_TRY(support::keep_cosignature(tx, book, support::head(tx).note, all_of(in))).size));
    });
  if (words[0] != "ask") return usage();
  int wrong = 0;
  for (const auto& [witness, said] : support::ask_witnesses(store, book, [](const std::string& address, const std::string& body) { return http::post(address, body); })) {
    out << witness << "\t" << house.words().text(language::Language::en, said) << "\n";
    wrong += said != "log.said.200";
  }
  return wrong ? 1 : 0;
}

}  // namespace tx::app
