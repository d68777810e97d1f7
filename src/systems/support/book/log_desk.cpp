// The officers' side of the log: the whole check at any time, who holds our heads and whose heads we hold, carrying a head by
// hand where there is no network, and erasing a person who has left.
#include <chrono>

#include "base/log.h"
#include "base/text.h"
#include "platform/http/client.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/book/witnesses.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct Nothing {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Nothing, (), (reason))
struct WitnessInput {
  std::string key, address;
};
BOOST_DESCRIBE_STRUCT(WitnessInput, (), (key, address))
struct WatchInput {
  std::string log_key;
};
BOOST_DESCRIBE_STRUCT(WatchInput, (), (log_key))
struct LineInput {
  std::string line;
};
BOOST_DESCRIBE_STRUCT(LineInput, (), (line))
struct EraseInput {
  std::string number, reason;
};
BOOST_DESCRIBE_STRUCT(EraseInput, (), (number, reason))

Json pill(const Context& context, bool good) {
  return Json::of({{"tone", good ? "done" : "stop"}, {"label", context.text(good ? "log.good" : "log.wrong")}});
}

Json checks(const Context& context) {
  Json rows = Json::array();
  for (const auto& one : storage::select<Checked>(context.reader, "select * from log_check order by at desc limit 8"))
    rows.push(Json::of({{"when", local_text(one.at)}, {"size", std::to_string(one.size)}, {"took", std::to_string(one.took_ms) + " ms"},
                        {"fault", one.what.empty() ? "" : context.text("log.fault." + one.what, {{"id", id_text(one.fault)}, {"n", std::to_string(one.fault)}})},
                        {"state", pill(context, one.what.empty())}}));
  return rows;
}

Json held_by(const Context& context) {
  Json rows = Json::array();
  const auto latest = latest_cosignatures(context.reader);
  for (const auto& witness : witnesses(context.reader)) {
    std::string text = context.text("log.never_held");
    for (const auto& one : latest)
      if (one.witness == witness.name) text = context.text("log.held_at", {{"size", std::to_string(one.size)}, {"when", local_text(one.at)}});
    rows.push(Json::of({{"name", witness.name}, {"address", witness.address.empty() ? context.text("log.by_hand") : witness.address}, {"text", text}}));
  }
  return rows;
}

Json held_for(const Context& context) {
  Json rows = Json::array();
  for (const auto& log : watched_logs(context.reader))
    rows.push(Json::of({{"name", log.origin}, {"text", log.size ? context.text("log.held_at", {{"size", std::to_string(log.size)}, {"when", local_text(log.at)}})
                                                               : context.text("log.never_held")},
                        {"fork", log.fork}}));
  return rows;
}

Result<Response> desk(const Book& book, Context& context) {
  const http::Form form(context);
  const auto now = head(context.reader);
  Json done = checks(context);
  return context.page("support/log_desk",
                      Json::of({{"title", context.text("log.desk")}, {"size", std::to_string(now.size)}, {"checks", done}, {"never_checked", done.size() == 0},
                                {"held_by", held_by(context)}, {"held_for", held_for(context)}, {"summary", form.summary()},
                                {"witness_key", ledger::verifier_key(book.witness_key(), 4)}, {"log_key", ledger::verifier_key(book.key(), 1)},
                                {"f_key", form.field("key", "log.f.key", "log.f.key.hint")},
                                {"f_address", form.field("address", "log.f.address", "log.f.address.hint", Json::of({{"optional", true}}))},
                                {"f_log_key", form.field("log_key", "log.f.log_key", "log.f.log_key.hint")},
                                {"f_line", form.field("line", "log.f.line", "log.f.line.hint", Json::of({{"rows", 2}}))},
                                {"f_number", form.field("number", "log.f.number", "log.f.number.hint", Json::of({{"short", true}}))},
                                {"f_reason", form.field("reason", "log.f.reason", "log.f.reason.hint", Json::of({{"rows", 2}, {"maxlength", 300}}))}}));
}

}  // namespace

Result<Json> check_and_keep(storage::Store& store, const Book& book, access::AccountId by) {
  const auto start = std::chrono::steady_clock::now();
  Checked checked;
  {
    auto reader = store.read();
    const auto fault = check(*reader, book);
    checked.size = head(*reader).size;
    if (fault) checked.what = fault->what, checked.fault = fault->id;
  }
  checked.took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
  checked.by_account = by;
  if (!checked.what.empty()) log::error("log.check_failed", {{"what", checked.what}, {"id", checked.fault}});
  return store.write([&](storage::Tx& tx) -> Result<Json> {
    checked.id = tx.new_id();
    checked.at = tx.now();
    storage::insert(tx, "log_check", checked);
    return Json::of({{"good", checked.what.empty()}, {"size", checked.size}, {"link", "/desk/log"}});
  });
}

void add_log_desk_routes(http::Router& router, const Services&, const Book& book) {
  const auto page = [&book](Context& context) { return desk(book, context); };
  const auto back = [](const CommandContext&, const Json&) { return std::string("/desk/log"); };
  const auto keep = Access::any(permission::keep_log);
  router.page("log.desk", "/desk/log", keep, page);
  router.command<Nothing>({.name = "log.check", .path = "/desk/log/check", .access = keep,
                           .next = [](const CommandContext&, const Json& answer) { return "/jobs/" + answer["job"].text(); }},
                          [](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            const auto job = jobs::enqueue(tx, "support.check", Json::of({{"by", context.actor.account.value}}), context.actor.account);
                            return Json::of({{"job", job.text()}});
                          });
  router.command<WitnessInput>({.name = "log.add_witness", .path = "/desk/log/witness", .access = keep, .next = back, .flash = "log.witness_added", .page = page},
                               [&book](storage::Tx& tx, const CommandContext& context, const WitnessInput& input) -> Result<Json> {
                                 return Json::of({{"name", TX_TRY(add_witness(tx, book, normal_text(input.key), normal_text(input.address), context.actor.account)).name}});
                               });
  router.command<WatchInput>({.name = "log.watch", .path = "/desk/log/watch", .access = keep, .next = back, .flash = "log.watching", .page = page},
                             [](storage::Tx& tx, const CommandContext&, const WatchInput& input) -> Result<Json> {
                               return Json::of({{"origin", TX_TRY(watch_log(tx, normal_text(input.log_key))).origin}});
                             });
  // A head carried by hand: the request as a file, and the answer typed or pasted.
  router.page("log.request", "/desk/log/request/{witness}", keep, [](Context& context) -> Result<Response> {
    return Response::file(submission_for(context.reader, context.argument("witness")), "text/plain; charset=utf-8", "add-checkpoint.txt");
  });
  router.command<LineInput>({.name = "log.cosign", .path = "/desk/log/cosign", .access = keep, .next = back, .flash = "log.cosigned", .page = page},
                            [&book](storage::Tx& tx, const CommandContext&, const LineInput& input) -> Result<Json> {
                              const auto kept = TX_TRY(keep_cosignature(tx, book, head(tx).note, input.line.ends_with('\n') ? input.line : input.line + "\n"));
                              return Json::of({{"witness", kept.witness}, {"size", kept.size}});
                            });
  router.command<EraseInput>({.name = "log.erase", .path = "/desk/log/erase", .access = keep, .next = back, .flash = "log.erased", .page = page},
                             [&book](storage::Tx& tx, const CommandContext& context, const EraseInput& input) -> Result<Json> {
                               if (letter_count(input.reason) < 5) return refuse(Kind::invalid, "flow.reason_missing", "reason");
                               const auto id = storage::scalar<std::int64_t>(tx, "select id from volunteer where volunteer_no = $1", normal_text(input.number));
                               if (!id) return refuse(Kind::not_found, "log.erase_unknown", "number");
                               return Json::of({{"leaves", TX_TRY(erase_person(tx, book, *id, context.actor.account, input.reason))}});
                             });
}

}  // namespace tx::support
