// One request on its way (see pipeline.h). Kept alive by whatever holds it: a worker's job, the store's callback.
#pragma once
#include "platform/audit/audit.h"
#include "platform/http/pipeline.h"

namespace tx::http {

struct Exchange : std::enable_shared_from_this<Exchange> {
  Exchange(Pipeline& p, Request r, Pipeline::Done d);
  ~Exchange();

  Pipeline& house;
  Request request;
  Pipeline::Done done;
  const std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  const Instant now;
  std::shared_ptr<const access::Actor> actor;
  language::Language language = language::Language::zh;
  bool elder = false;
  Router::Match match;
  std::string csrf_secret;            // not masked; "" when there is neither session nor csrf cookie
  std::string flash, rule, route_name = "none";
  std::vector<std::pair<std::string, std::string>> new_cookies;  // name, value: for a year
  access::Decision decision;
  Json input;                         // of a command: fields without the names that begin with _

  // steps.cpp
  void run();
  bool built_in();                    // answered: assets, health, metrics, preferences, openapi
  bool switched_setting();            // ?lang= and ?elder=
  void identify();
  void on_worker(void (Exchange::*step)());
  void guarded(const std::function<void()>& step);  // an exception becomes a 500
  void run_page();
  void run_query();
  void ready();
  void preferences();
  Context context(storage::Reader& reader);

  // commands.cpp
  void run_command();
  bool csrf_holds(std::string& broken_rule) const;
  Result<Json> decide(storage::Tx& tx);
  void command_done(storage::Outcome outcome);
  void command_refused(Refusal refusal);
  void refused_page(const Refusal& refusal);
  std::string page_path() const;      // where the form came from: a local path that can be read again
  CommandContext command_context(Instant at) const;

  // answers.cpp
  void answer(Response response);     // dresses, logs, counts, hands over
  void refuse_with(Refusal refusal, int status = 0);
  Response refusal_now(const Refusal& refusal, int status);  // without a reader
};

bool is_local_path(std::string_view path);
extern const std::shared_ptr<const access::Actor> kAnonymous;

}  // namespace tx::http
