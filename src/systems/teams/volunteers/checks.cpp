// The desk's view of volunteers: find one, note a background check with its term, decide about stated papers. Names are
// masked in lists; the full telephone number needs the sensitive-read path of identity.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/rooms.h"

namespace tx::teams {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct CheckInput {
  std::string how;
  Date valid_until;
};
BOOST_DESCRIBE_STRUCT(CheckInput, (), (how, valid_until))
struct PaperInput {
  std::int64_t paper = 0;
  bool good = false;
};
BOOST_DESCRIBE_STRUCT(PaperInput, (), (paper, good))

constexpr int kCheckYearsMost = 3;

Json row_of(Context& context, const Volunteer& v) {
  return Json::of({{"href", "/desk/volunteers/" + v.id.text()}, {"title", masked_name(v.name) + "  " + v.volunteer_no}, {"text", ""},
                   {"icon", "me"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", ""}, {"clock", Json()},
                   {"state", volunteer_pill(context, v.state)},
                   {"meta", Json::Array{Json::of({{"glyph", "nearby"}, {"words", region_path(context.reader, v.region, context.language)}}),
                                        Json::of({{"glyph", v.checked_until > context.now ? "check" : ""},
                                                  {"words", context.text(v.checked_until > context.now ? "volunteer.checked"
                                                                                                       : "volunteer.unchecked")}})}}});
}

Result<Response> list_page(Context& context) {
  const std::string words = context.request.query["q"].text();
  std::string where = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::volunteer_read));
  std::vector<storage::Value> values;
  if (const auto by_number = find_volunteer_by_number(context.reader, words)) {
    values.push_back(by_number->id.value);
    where += " and id = $1";
  } else {
    for (const auto& token : query_tokens(words)) {
      values.push_back("% " + token + " %");
      where += " and ' ' || search || ' ' like $" + std::to_string(values.size());
    }
  }
  const auto rows = context.reader.query("select * from volunteer where " + where + " order by id desc limit 50", values);
  Json list = Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) list.push(row_of(context, storage::read_row<Volunteer>(rows, i)));
  Json view = Json::of({{"title", context.text("volunteer.desk")}, {"q", words}, {"rows", list}});
  if (list.size() == 0)
    view.set("empty", Json::of({{"icon", "me"}, {"title", context.text("volunteer.none")}, {"text", ""}, {"href", ""}}));
  return context.page("teams/volunteers", view);
}

std::string skill_names(const Context& context, std::int64_t mask) {
  std::string names;
  for (int bit = 1; bit < 24; ++bit)
    if (mask >> bit & 1)
      names += (names.empty() ? "" : " · ") + context.text("skill." + std::string(bit < 10 ? "0" : "") + std::to_string(bit));
  return names;
}

Result<Response> one_page(Context& context) {
  const auto v = find_volunteer(context.reader, id_value(context.argument("volunteer")).value_or(0));
  if (!v) return refuse(Kind::not_found, "http.not_found");
  Json papers = Json::array(), checks = Json::array();
  for (const auto& row : storage::query(context.reader, "select id, skill, paper, valid_until, state from volunteer_certificate "
                                                        "where volunteer = $1 order by created desc", v->id).rows) {
    std::int64_t id = 0, skill = 0;
    std::string paper, state;
    Date until;
    storage::from_value(row[0], id);
    storage::from_value(row[1], skill);
    storage::from_value(row[2], paper);
    storage::from_value(row[3], until);
    storage::from_value(row[4], state);
    papers.push(Json::of({{"paper_id", std::to_string(id)}, {"skill_name", skill_names(context, std::int64_t{1} << skill)},
                          {"paper", paper}, {"valid_until", until.text()}, {"undecided", state == "stated"},
                          {"state", Json::of({{"tone", state == "checked" ? "done" : state == "refused" ? "stop" : "wait"},
                                              {"label", context.text("certificate." + state)}})}}));
  }
  for (const auto& row : storage::query(context.reader, "select how, valid_until, created from volunteer_check where volunteer = $1 "
                                                        "order by created desc limit 10", v->id).rows) {
    std::string how;
    Instant until, created;
    storage::from_value(row[0], how);
    storage::from_value(row[1], until);
    storage::from_value(row[2], created);
    checks.push(Json::of({{"how", how}, {"until", local_date(until).text()}, {"made", local_date(created).text()}}));
  }
  const http::Form form(context, Json::of({{"valid_until", Date{local_date(context.now).days + 365}.text()}}));
  return context.page(
      "teams/volunteer_desk",
      Json::of({{"title", masked_name(v->name)}, {"volunteer", v->id.text()}, {"volunteer_no", v->volunteer_no},
                {"region_name", region_path(context.reader, v->region, context.language)},
                {"skill_words", skill_names(context, v->skills)}, {"age_years", std::to_string(age_on(v->birth, local_date(context.now)))},
                {"state", volunteer_pill(context, v->state)}, {"checked", v->checked_until > context.now},
                {"checked_until", v->checked_until.us ? local_date(v->checked_until).text() : ""},
                {"has_papers", papers.size() > 0}, {"papers", papers}, {"has_checks", checks.size() > 0}, {"checks", checks},
                {"minor", is_minor(*v, local_date(context.now))},
                {"f_minor", form.field("reason", "minor.reason", "minor.reason_hint", Json::of({{"maxlength", 300}}))},
                {"may_check", context.may(permission::volunteer_check)}, {"summary", form.summary()},
                {"f_how", form.field("how", "volunteer.check_how", "volunteer.check_how_hint", Json::of({{"maxlength", 80}, {"required", true}}))},
                {"f_until", form.field("valid_until", "volunteer.valid_until", {}, Json::of({{"type", "date"}, {"short", true}}))}}));
}

Result<Json> check(storage::Tx& tx, const CommandContext& context, const CheckInput& input) {
  const auto v = find_volunteer(tx, id_value(context.argument("volunteer")).value_or(0));
  if (!v) return refuse(Kind::not_found, "http.not_found");
  if (v->account && v->account == context.actor.account) return refuse(Kind::forbidden, "volunteer.check_self");
  if (input.how.empty()) return refuse(Kind::invalid, "volunteer.check_how_missing", "how");
  const Date today = local_date(context.now);
  if (input.valid_until <= today || input.valid_until.days > today.days + kCheckYearsMost * 366)
    return refuse(Kind::invalid, "volunteer.check_term", "valid_until", {{"years", std::to_string(kCheckYearsMost)}});
  const Instant until = start_of(Date{input.valid_until.days + 1});
  storage::execute(tx, "insert into volunteer_check (id, volunteer, how, valid_until, decided_by, created) values ($1,$2,$3,$4,$5,$6)",
                   tx.new_id(), v->id, input.how, until, context.actor.account, tx.now());
  storage::execute(tx, "update volunteer set checked_until = $1, checked_by = $2 where id = $3", until, context.actor.account, v->id);
  return Json::of({{"region", v->region}});
}

Result<Json> decide_paper(storage::Tx& tx, const CommandContext& context, const PaperInput& input) {
  const auto v = find_volunteer(tx, id_value(context.argument("volunteer")).value_or(0));
  if (!v) return refuse(Kind::not_found, "http.not_found");
  if (v->account && v->account == context.actor.account) return refuse(Kind::forbidden, "volunteer.check_self");
  if (!storage::execute(tx, "update volunteer_certificate set state = $1, decided_by = $2 where id = $3 and volunteer = $4 and "
                            "state = 'stated'", input.good ? "checked" : "refused", context.actor.account, input.paper, v->id))
    return refuse(Kind::conflict, "volunteer.paper_decided");
  return Json::of({{"region", v->region}});
}

}  // namespace

void add_check_routes(http::Router& router, const Services&) {
  router.page("volunteer.list", "/desk/volunteers", Access::any(permission::volunteer_read), list_page);
  router.page("volunteer.one", "/desk/volunteers/{volunteer}", Access::over(permission::volunteer_read, "volunteer"), one_page);
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/volunteers/" + context.argument("volunteer"); };
  router.command<CheckInput>({.name = "volunteer.check", .path = "/desk/volunteers/{volunteer}/check",
                              .access = Access::over(permission::volunteer_check, "volunteer"), .next = back,
                              .flash = "volunteer.check_noted", .page = one_page, .region_field = "region"}, check);
  router.command<PaperInput>({.name = "volunteer.paper", .path = "/desk/volunteers/{volunteer}/paper",
                              .access = Access::over(permission::volunteer_check, "volunteer"), .next = back,
                              .flash = "volunteer.check_noted", .page = one_page, .region_field = "region"}, decide_paper);
}

}  // namespace tx::teams
