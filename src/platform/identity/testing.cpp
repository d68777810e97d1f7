#include "platform/identity/testing.h"

#include <atomic>
#include <stdexcept>

#include "platform/identity/sessions.h"

namespace tx::identity::trial {

http::Request SignedIn::get(const std::string& path_and_query) const {
  http::Request request;
  request.method = "GET";
  const auto mark = path_and_query.find('?');
  request.path = path_and_query.substr(0, mark);
  if (mark != std::string::npos) request.query_text = path_and_query.substr(mark + 1);
  request.remote = "127.0.0.1";
  request.headers = {{"host", "localhost"}, {"accept", "text/html"}, {"accept-language", "en"}, {"cookie", cookie}};
  return request;
}

http::Request SignedIn::post(const std::string& path, const Json& fields, const std::string& key) const {
  http::Request request;
  request.method = "POST";
  request.path = path;
  request.body = fields.dump();
  request.content_type = "application/json";
  request.remote = "127.0.0.1";
  request.headers = {{"host", "localhost"},
                     {"accept", "application/json"},
                     {"content-type", "application/json"},
                     {"accept-language", "en"},
                     {"cookie", cookie}};
  if (!key.empty()) request.headers.emplace_back("idempotency-key", key);
  request.wants_json = true;
  return request;
}

SignedIn anonymous() { return {}; }

SignedIn sign_in(storage::Store& store, const Vault& vault, const std::string& name,
                 const std::vector<access::Grant>& grants, bool second_factor, const std::string& region,
                 const std::string& login) {
  static const std::string hash = hash_password(kPassword);
  static std::atomic<int> number{0};
  SignedIn made;
  made.login = login.empty() ? "trial-" + std::to_string(++number) : login;
  const auto written = store.write([&](storage::Tx& tx) -> Result<Json> {
    NewAccount account;
    account.login = made.login;
    account.display_name = name;
    account.password_hash = hash;
    account.region = region;
    made.account = TX_TRY(create_account(tx, vault, account));
    for (const auto& given : grants) grant(tx, made.account, given, AccountId{});
    made.token = open_session(tx, {made.account, "full", second_factor, false, "test"});
    return Json();
  });
  if (!written) throw std::runtime_error("trial account: " + written.error().rule);
  made.cookie = std::string(http::kSessionCookie) + "=" + made.token;
  return made;
}

}  // namespace tx::identity::trial
