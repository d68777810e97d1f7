#include "systems/teams/oath/oath.h"

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"

namespace tx::teams {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct OathInput {
  std::string code;
  bool yes = false;
};
BOOST_DESCRIBE_STRUCT(OathInput, (), (code, yes))
struct CeremonyInput {
  std::string title, place;
  Date day;
};
BOOST_DESCRIBE_STRUCT(CeremonyInput, (), (title, place, day))

Result<Response> oath_page(Context& context) {
  const auto person = find_volunteer_by_account(context.reader, context.actor.account);
  const auto taken = person ? oath_of(context.reader, person->id.value) : std::nullopt;
  const auto all = storage::scalar<std::int64_t>(context.reader, "select count(*) from oath where version = $1", kOathVersion).value_or(0);
  const http::Form form(context);
  return context.page("teams/oath", Json::of({{"title", context.text("oath.title")}, {"oath_text", context.text("oath.text." + std::string(kOathVersion))}, {"is_volunteer", person.has_value()},
                                              {"taken_on", taken ? local_date(taken->at).text() : ""}, {"name", person ? person->name : ""}, {"count", all}, {"summary", form.summary()},
                                              {"may_take", person && !taken},
                                              {"f_code", form.field("code", "oath.code", "oath.code.hint", Json::of({{"short", true}, {"inputmode", "numeric"}, {"maxlength", 6}, {"optional", true}}))}}));
}

Result<Response> desk_page(Context& context) {
  const http::Form form(context, Json::of({{"day", local_date(context.now).text()}}));
  Json rows = Json::array();
  for (const auto& team : access::organisations_of(context.roles, context.actor, permission::organisation_lead))
    for (const auto& ceremony : storage::select<Ceremony>(context.reader, "select * from oath_ceremony where organisation = $1 order by day desc limit 10", id_value(team).value_or(0))) {
      Json people = Json::array();
      for (const auto& oath : storage::select<Oath>(context.reader, "select * from oath where ceremony = $1 order by at", ceremony.id)) {
        const auto card = volunteer_card(context.reader, oath.volunteer);
        people.push(Json::of({{"who", card.name}, {"no", card.volunteer_no}, {"at", local_text(oath.at).substr(11)}}));
      }
      rows.push(Json::of({{"title", ceremony.title}, {"place", ceremony.place}, {"day", ceremony.day.text()}, {"code", ceremony.code}, {"people", people}, {"count", people.size()}}));
    }
  return context.page("teams/oath_desk", Json::of({{"title", context.text("oath.desk")}, {"ceremonies", rows}, {"has_rows", rows.size() > 0}, {"summary", form.summary()},
                                                   {"f_title", form.field("title", "oath.ceremony", {}, Json::of({{"maxlength", 60}}))},
                                                   {"f_place", form.field("place", "oath.place", {}, Json::of({{"maxlength", 60}}))},
                                                   {"f_day", form.field("day", "oath.day", {}, Json::of({{"type", "date"}, {"short", true}}))}}));
}

}  // namespace

std::optional<Oath> oath_of(storage::Reader& reader, std::int64_t volunteer) {
  return storage::find<Oath>(reader, "select * from oath where volunteer = $1 and version = $2", volunteer, kOathVersion);
}

Result<Oath> take_oath(storage::Tx& tx, std::int64_t volunteer, const std::string& code) {
  if (oath_of(tx, volunteer)) return refuse(Kind::conflict, "oath.taken");
  Oath oath{tx.new_id(), volunteer, std::string(kOathVersion), 0, tx.now()};
  if (!code.empty()) {
    const auto ceremony = storage::find<Ceremony>(tx, "select * from oath_ceremony where code = $1 and day = $2", code, local_date(tx.now()));
    if (!ceremony) return refuse(Kind::invalid, "oath.code_wrong", "code");
    oath.ceremony = ceremony->id;
  }
  storage::insert(tx, "oath", oath);
  return oath;
}

void add_oath_routes(http::Router& router) {
  const auto* roles = &router.roles();
  router.page("oath.page", "/oath", Access::everyone("the text of the oath is public"), oath_page);
  router.command<OathInput>({.name = "oath.take", .path = "/oath", .access = Access::signed_in("one's own oath"),
                             .next = [](const CommandContext&, const Json&) { return std::string("/oath"); }, .flash = "oath.done", .page = oath_page},
                            [](storage::Tx& tx, const CommandContext& context, const OathInput& input) -> Result<Json> {
                              const auto person = find_volunteer_by_account(tx, context.actor.account);
                              if (!person) return refuse(Kind::forbidden, "signup.not_volunteer");
                              const auto oath = TX_TRY(take_oath(tx, person->id.value, input.code));
                              return Json::of({{"oath", id_text(oath.id)}, {"version", oath.version}});
                            });
  router.page("oath.desk", "/desk/oath", Access::any(permission::organisation_lead), desk_page);
  router.command<CeremonyInput>({.name = "oath.ceremony", .path = "/desk/oath", .access = Access::any(permission::organisation_lead),
                                 .next = [](const CommandContext&, const Json&) { return std::string("/desk/oath"); }, .flash = "oath.ceremony_added", .page = desk_page},
                                [roles](storage::Tx& tx, const CommandContext& context, const CeremonyInput& input) -> Result<Json> {
                                  const auto teams = access::organisations_of(*roles, context.actor, permission::organisation_lead);
                                  if (teams.empty()) return refuse(Kind::forbidden, "access.denied");
                                  if (letter_count(input.title) < 2) return refuse(Kind::invalid, "oath.title_missing", "title");
                                  if (input.day < local_date(tx.now())) return refuse(Kind::invalid, "oath.day_past", "day");
                                  Ceremony ceremony{tx.new_id(), id_value(teams.front()).value_or(0), input.title, input.place, "", input.day, context.actor.account};
                                  ceremony.code = std::to_string(100'000 + static_cast<std::uint64_t>(ceremony.id) * 2'654'435'761ULL % 900'000);
                                  storage::insert(tx, "oath_ceremony", ceremony);
                                  return Json::of({{"code", ceremony.code}});
                                });
}

}  // namespace tx::teams
