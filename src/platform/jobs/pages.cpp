// The page of one job: what it is, how far it is, what came of it; stop it or start it anew.
#include <algorithm>

#include "platform/jobs/rows.h"

namespace tx::jobs {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

const char* tone_of(const std::string& state) {
  if (state == "done") return "done";
  if (state == "refused") return "stop";
  if (state == "running") return "go";
  return state == "waiting" ? "wait" : "";
}

// What came of it, in words: the refusal's sentence with its placeholders.
std::string outcome_text(const Context& context, const JobRow& row) {
  if (row.state != "refused") return context.text("jobs.outcome." + row.state);
  std::vector<std::pair<std::string, std::string>> args;
  for (const auto& [name, value] : row.answer["args"].members()) args.emplace_back(name, value.text());
  return context.text(row.answer["rule"].text(), args);
}

Json view_of(const Context& context, const JobRow& row) {
  const bool open = row.state == "waiting" || row.state == "running";
  const std::int64_t percent =
      row.state == "done" ? 100
      : row.progress_of > 0 ? std::clamp<std::int64_t>(row.progress_done * 100 / row.progress_of, 0, 100) : 0;
  std::string amount;
  if (row.progress_of > 0)
    amount = context.text("jobs.amount", {{"done", std::to_string(row.progress_done)},
                                          {"of", std::to_string(row.progress_of)}});
  const std::string link = row.state == "done" ? row.answer["link"].text() : std::string();
  return Json::of({{"title", context.text("job." + row.kind)},
                   {"job", row.id.text()},
                   {"open", open},
                   {"known", row.progress_of > 0 || !open},
                   {"percent", percent},
                   {"percent_text", std::to_string(percent) + "%"},
                   {"amount", amount},
                   {"stage", row.stage.empty() ? std::string() : context.text(row.stage)},
                   {"outcome", open ? std::string() : outcome_text(context, row)},
                   {"job_state", Json::of({{"state", Json::of({{"tone", tone_of(row.state)},
                                                               {"label", context.text("jobs.state." + row.state)}})}})},
                   {"begun", language::date_text(context.language, row.created)},
                   {"ended", row.finished.us ? language::date_text(context.language, row.finished) : std::string()},
                   {"link", link.starts_with("/") && !link.starts_with("//") ? link : std::string()},
                   {"may_restart", row.state == "interrupted" || row.state == "cancelled" || row.state == "refused"},
                   {"csrf", context.csrf}});
}

Result<JobRow> wanted(Context& context) {
  auto row = find_job(context.reader, TX_TRY(context.id<JobTag>("job")));
  if (!row) return refuse(Kind::not_found, "http.not_found");
  return std::move(*row);
}

Result<Response> show(Context& context) { return context.page("jobs/job", view_of(context, TX_TRY(wanted(context)))); }

Result<Response> show_progress(Context& context) {
  return Response::html(context.fragment("jobs/progress", view_of(context, TX_TRY(wanted(context)))));
}

Result<Json> show_json(Context& context) {
  const JobRow row = TX_TRY(wanted(context));
  Json view = to_json(row);
  return Json::of({{"id", view["id"]}, {"kind", row.kind}, {"state", row.state}, {"done", row.progress_done},
                   {"of", row.progress_of}, {"stage", row.stage}, {"answer", row.answer},
                   {"created", view["created"]}, {"finished", view["finished"]}});
}

std::optional<access::Place> place_of(storage::Reader& reader, const std::string& text) {
  const auto id = JobId::parse(text);
  const auto row = id ? find_job(reader, *id) : std::nullopt;
  if (!row) return std::nullopt;
  access::Place place;
  place.owners = {access::AccountId{row->owner}};
  return place;
}

}  // namespace

void add_routes(http::Router& router) {
  const Access owner = Access::over_or_owner(permission::read, "job");
  router.resolver("job", place_of);
  router.page("job.show", "/jobs/{job}", owner, show);
  router.page("job.progress", "/jobs/{job}/progress", owner, show_progress);
  router.query("job.read", "/api/jobs/{job}", owner, show_json);
  const auto back = [](const CommandContext&, const Json& answer) { return "/jobs/" + answer["job"].text(); };
  router.command<Nothing>({.name = "job.cancel", .path = "/jobs/{job}/cancel", .access = owner, .next = back,
                           .flash = "jobs.flash.cancel", .page = show},
                          [](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            const JobId id = TX_TRY(context.id<JobTag>("job"));
                            const std::string state = TX_TRY(ask_cancel(tx, id));
                            return Json::of({{"job", id.text()}, {"state", state}});
                          });
  router.command<Nothing>({.name = "job.restart", .path = "/jobs/{job}/restart", .access = owner, .next = back,
                           .flash = "jobs.flash.restart", .page = show},
                          [](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            const JobId old = TX_TRY(context.id<JobTag>("job"));
                            const JobId id = TX_TRY(start_anew(tx, old));
                            return Json::of({{"job", id.text()}});
                          });
}

}  // namespace tx::jobs
