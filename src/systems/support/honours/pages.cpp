// One's own honours, the public hall, and the public notice where anybody may object.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/benefits/benefits.h"
#include "systems/support/honours/flow.h"
#include "systems/support/honours/honours.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct ShowInput {
  std::string name_shown;
};
BOOST_DESCRIBE_STRUCT(ShowInput, (), (name_shown))

Json own_row(Context& context, const Honour& honour) {
  return Json::of({{"honour", id_text(honour.id)}, {"what", honour_text(context, honour)},
                   {"state", workflow::state_view(kHonourFlow, honour.state, context.language, context.words)},
                   {"clock", honour.due.us ? workflow::due_view(honour.due, context.now, context.language, context.words) : Json()},
                   {"shown", honour.name_shown == "yes"}, {"may_withdraw", honour.state == "nominated"}});
}

Result<Response> my_page(Context& context) {
  const auto person = teams::find_volunteer_by_account(context.reader, context.actor.account);
  Json view = Json::of({{"title", context.text("honour.mine")}, {"nav_me", true}, {"is_volunteer", person.has_value()}});
  if (!person) return context.page("support/honours_mine", view);
  const http::Form form(context, Json::of({{"name_shown", "no"}}));
  const auto totals = totals_of(context.reader, person->id.value);
  const auto minutes = totals.minutes;
  const auto steps = star_steps(context.reader, person->region, local_date(context.now));
  const int held = star_held(context.reader, person->id.value), due = star_of(minutes, steps);
  const auto scheme = scheme_of(context.reader, person->region, local_date(context.now));
  Json ladder = Json::array(), rows = Json::array();
  for (const auto& step : steps)
    ladder.push(Json::of({{"star", step.star}, {"hours_needed", std::to_string(step.minutes / 60)}, {"reached", minutes >= step.minutes}, {"held", step.star <= held},
                          {"share", std::clamp<std::int64_t>(minutes * 100 / step.minutes, 0, 100)}}));
  for (const auto& honour : storage::select<Honour>(context.reader, "select * from honour where volunteer = $1 order by id desc limit 30", person->id))
    rows.push(own_row(context, honour));
  bool waiting = false;
  for (const auto& row : rows.items()) waiting = waiting || row["may_withdraw"].boolean();
  view.set("ladder", ladder).set("total", rules::hours_text(minutes)).set("total_split", split_text(totals.by_grade)).set("held_star", held).set("own_rows", rows).set("has_rows", rows.size() > 0)
      .set("held_words", held ? context.text("honour.stars", {{"n", std::to_string(held)}}) : context.text("honour.none_yet"))
      .set("scheme_name", scheme.name.empty() ? context.text("honour.scheme.national") : scheme.name)
      .set("scheme_source", scheme.source.empty() ? context.text("honour.scheme.national.source") : scheme.source)
      .set("quality", quality_of(context.reader, person->id.value)).set("least_quality", scheme.quality_percent)
      .set("may_ask", due > held && !waiting).set("ask_star", std::min(due, 5)).set("ask_words", context.text("honour.ask", {{"n", std::to_string(due)}}))
      .set("points", points_of(context.reader, person->id.value)).set("summary", form.summary())
      .set("f_name_shown", form.options("name_shown", "honour.name_shown", {{"yes", context.text("honour.name_shown.yes")}, {"no", context.text("honour.name_shown.no")}}));
  return context.page("support/honours_mine", view);
}

Result<Response> nominate_page(Context& context) {
  const http::Form form(context, Json::of({{"title", "neighbour"}}));
  std::vector<http::Option> titles;
  for (const auto title : honour_titles())
    titles.push_back({std::string(title), context.text("honour.title." + std::string(title)), context.text("honour.title." + std::string(title) + ".text")});
  Json f_title = form.options("title", "honour.which", titles);
  return context.page("support/honours_nominate",
                      Json::of({{"title", context.text("honour.nominate")}, {"summary", form.summary()}, {"f_title", f_title},
                                {"f_number", form.field("number", "honour.whom", "honour.whom.hint", Json::of({{"short", true}, {"maxlength", 18}}))},
                                {"f_words", form.field("words", "honour.why", "honour.why.hint", Json::of({{"rows", 5}, {"maxlength", 1000}}))}}));
}

Json hall_card(Context& context, const Honour& honour) {
  const std::string name = honoured_name(context.reader, honour, context.now);
  Json stars = Json::array();
  for (int i = 0; i < honour.star; ++i) stars.push(Json::of({{"lit", true}}));
  return Json::of({{"name", name}, {"initial", name.empty() ? "" : name.substr(0, (name[0] & 0x80) ? 3 : 1)}, {"what", honour_text(context, honour)},
                   {"place", teams::region_name(context.reader, honour.region.substr(0, 6), context.language)}, {"stars", stars}, {"is_star", honour.kind == "star"},
                   {"year", local_date(honour.decided).year()}, {"hours_given", hours_proved(context, honour)},
                   {"tone", honour.id % 4}});
}

Result<Response> hall_page(Context& context) {
  Json groups = Json::array();
  for (int star = 5; star >= 1; --star) {
    Json cards = Json::array();
    for (const auto& honour : storage::select<Honour>(context.reader, "select * from honour h where kind = 'star' and star = $1 and state = 'granted' and not exists "
                                                                      "(select 1 from honour b where b.volunteer = h.volunteer and b.kind = 'star' and b.state = "
                                                                      "'granted' and b.star > h.star) order by decided desc limit 24", star))
      cards.push(hall_card(context, honour));
    if (cards.size()) groups.push(Json::of({{"group", context.text("honour.stars", {{"n", std::to_string(star)}})}, {"cards", cards}}));
  }
  for (const auto title : honour_titles()) {
    Json cards = Json::array();
    for (const auto& honour : storage::select<Honour>(context.reader, "select * from honour where kind = 'title' and title = $1 and state = 'granted' order by decided desc limit 12", title))
      cards.push(hall_card(context, honour));
    if (cards.size()) groups.push(Json::of({{"group", context.text("honour.title." + std::string(title))}, {"group_text", context.text("honour.title." + std::string(title) + ".text")}, {"cards", cards}}));
  }
  const auto on_notice = storage::scalar<std::int64_t>(context.reader, "select count(*) from honour where state = 'notice'").value_or(0);
  return context.page("support/honours_hall", Json::of({{"title", context.text("honour.hall")}, {"groups", groups}, {"has_groups", groups.size() > 0}, {"on_notice", on_notice}}));
}

Result<Response> notice_page(Context& context) {
  Json rows = Json::array();
  const std::string open = context.argument("honour");
  for (const auto& honour : storage::select<Honour>(context.reader, "select * from honour where state = 'notice' order by due, id limit 100")) {
    const std::string id = id_text(honour.id);
    rows.push(Json::of({{"honour", id}, {"name", honoured_name(context.reader, honour, context.now)}, {"what", honour_text(context, honour)},
                        {"place", teams::region_name(context.reader, honour.region.substr(0, 6), context.language)}, {"why", honour.words},
                        {"hours_given", hours_proved(context, honour)},
                        {"clock", workflow::due_view(honour.due, context.now, context.language, context.words)}, {"open", open == id}}));
  }
  const http::Form form(context);
  return context.page("support/honours_notice", Json::of({{"title", context.text("honour.notice")}, {"notice_rows", rows}, {"has_rows", rows.size() > 0},
                                                          {"may_object", context.actor.signed_in()}, {"summary", form.summary()}, {"typed", form.text("reason")}}));
}

}  // namespace

void add_honour_routes(http::Router& router, const Book& book) {
  const auto signed_in = Access::signed_in("one's own honours (checked in the command)");
  const auto mine = [](const CommandContext&, const Json&) { return std::string("/me/honours"); };
  router.page("honour.mine", "/me/honours", Access::signed_in("one's own honours"), my_page);
  router.page("honour.hall", "/honours", Access::everyone("the hall is public; names as far as people agreed"), hall_page);
  router.page("honour.notice", "/honours/notice", Access::everyone("the public notice: anybody may look and object"), notice_page);
  router.page("honour.nominate_page", "/honours/nominate", Access::signed_in("anybody may nominate somebody else"), nominate_page);
  router.command<Nomination>({.name = "honour.nominate", .path = "/honours/nominate", .access = Access::signed_in("anybody may nominate somebody else"),
                              .next = [](const CommandContext&, const Json&) { return std::string("/honours"); }, .flash = "honour.nominated", .page = nominate_page,
                              .region_field = "region"},
                             [](storage::Tx& tx, const CommandContext& context, const Nomination& input) -> Result<Json> {
                               Nomination title = input;
                               title.kind = "title";
                               if (title.number.empty()) return refuse(Kind::invalid, "honour.unknown", "number");
                               const auto honour = TX_TRY(nominate(tx, title, context.actor));
                               return Json::of({{"honour", id_text(honour.id)}, {"region", honour.region}});
                             });
  router.command<Nomination>({.name = "honour.ask", .path = "/me/honours/ask", .access = signed_in, .next = mine, .flash = "honour.asked", .page = my_page, .region_field = "region"},
                             [](storage::Tx& tx, const CommandContext& context, const Nomination& input) -> Result<Json> {
                               Nomination own = input;
                               own.kind = "star";
                               own.number.clear();
                               const auto honour = TX_TRY(nominate(tx, own, context.actor));
                               return Json::of({{"honour", id_text(honour.id)}, {"region", honour.region}});
                             });
  router.command<ShowInput>({.name = "honour.show", .path = "/me/honours/{honour}/show", .access = signed_in, .next = mine, .flash = "honour.shown", .page = my_page},
                            [](storage::Tx& tx, const CommandContext& context, const ShowInput& input) -> Result<Json> {
                              auto honour = find_honour(tx, id_value(context.argument("honour")).value_or(0));
                              if (!honour || teams::account_of_volunteer(tx, honour->volunteer) != context.actor.account) return refuse(Kind::not_found, "http.not_found");
                              storage::execute(tx, "update honour set name_shown = $1 where id = $2", input.name_shown == "yes" ? "yes" : "no", honour->id);
                              return Json::of({{"region", honour->region}});
                            });
  const auto act = [&router, &book](const char* name, std::string path, const char* action, access::Access access, const char* next, http::PageHandler page) {
    router.command<HonourAct>({.name = name, .path = std::move(path), .access = std::move(access),
                               .next = [next](const CommandContext&, const Json&) { return std::string(next); }, .flash = "honour.done", .page = page, .region_field = "region"},
                              [&router, &book, action](storage::Tx& tx, const CommandContext& context, const HonourAct& input) -> Result<Json> {
                                const auto honour = TX_TRY(step_honour(tx, book, router.roles(), id_value(context.argument("honour")).value_or(0), action, context.actor, input));
                                return Json::of({{"state", honour.state}, {"region", honour.region}});
                              });
  };
  act("honour.withdraw", "/me/honours/{honour}/withdraw", "withdraw", signed_in, "/me/honours", my_page);
  act("honour.object", "/honours/notice/{honour}/object", "object", Access::signed_in("anybody with an account may object to what stands on the notice"), "/honours/notice", notice_page);
}

}  // namespace tx::support
