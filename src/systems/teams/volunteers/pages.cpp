// Registration in under a minute for a signed-in account, and one's own profile: the same page before and after.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/minors/minors.h"
#include "systems/teams/rooms.h"
#include "systems/teams/volunteers/flow.h"
#include "systems/teams/volunteers/rules.h"

namespace tx::teams {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct VolunteerInput {
  std::string name, phone, id_number, region, guardian;
  Date birth;
  std::vector<std::string> skills, categories, parts, languages;
  int radius_m = 3000, week_hours = 10;
  bool consent = false;
};
BOOST_DESCRIBE_STRUCT(VolunteerInput, (), (name, phone, id_number, region, guardian, birth, skills, categories, parts,
                                           languages, radius_m, week_hours, consent))

std::int64_t mask_of(const std::vector<std::string>& codes) {
  std::int64_t mask = 0;
  for (const auto& code : codes)
    if (const int bit = std::atoi(code.c_str()); bit >= 0 && bit < 63) mask |= std::int64_t{1} << bit;
  return mask;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

// Specialties of rules §4.4 as pictures; the code's number is the bit.
constexpr const char* kSkills[][2] = {
    {"01", "medical"}, {"02", "sport"}, {"03", "transport"}, {"04", "law"}, {"05", "digital"}, {"08", "tutoring"},
    {"09", "repair"}, {"12", "star"}, {"13", "people"}, {"15", "edit"}, {"17", "music"}, {"18", "mind"}, {"19", "health"},
    {"20", "gift"}, {"21", "culture"}, {"23", "camera"}};
constexpr const char* kCategories[] = {"0001", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0013", "0017"};

Json defaults_of(const Context& context, const std::optional<Volunteer>& volunteer) {
  Json values = Json::of({{"radius_m", 3000}, {"week_hours", 10}, {"region", context.actor.region}, {"name", context.actor.name}});
  if (!volunteer) return values;
  Json skills = Json::array(), languages = Json::array(), categories = Json::array(), parts = Json::array();
  char code[4];
  for (int bit = 0; bit < 63; ++bit) {
    std::snprintf(code, sizeof code, "%02d", bit);
    if (volunteer->skills >> bit & 1) skills.push(code);
    if (volunteer->languages >> bit & 1) languages.push(std::to_string(bit));
  }
  std::string each;
  for (const char c : volunteer->categories + ",")
    if (c == ',') {
      if (!each.empty()) categories.push(each);
      each.clear();
    } else {
      each += c;
    }
  for (const auto& part : rules::week_parts(volunteer->hours)) parts.push(part);
  return values.set("name", volunteer->name).set("birth", volunteer->birth.text()).set("region", volunteer->region)
      .set("radius_m", volunteer->radius_m).set("week_hours", volunteer->week_minutes / 60).set("skills", skills)
      .set("languages", languages).set("categories", categories).set("parts", parts).set("guardian", volunteer->guardian)
      .set("consent", true);
}

Result<Response> profile_page(Context& context, const identity::Vault& vault) {
  auto volunteer = find_volunteer_by_account(context.reader, context.actor.account);
  if (volunteer) volunteer = minors::whole(context.reader, vault, *volunteer);   // the own name in full
  const http::Form form(context, defaults_of(context, volunteer));
  const std::string region = form.text("region");
  if (region.size() != 12 || !context.request.query["elsewhere"].text().empty())
    return where_page(context, "/me/volunteer", "", context.request.query["region"].text());
  std::vector<http::Option> skills, categories, languages, radii, hours;
  for (const auto& [code, icon] : kSkills) skills.push_back({code, context.text(std::string("skill.") + code), "", icon});
  for (const char* code : kCategories) categories.push_back({code, context.text(std::string("category.") + code)});
  for (const char* bit : {"0", "1", "2", "3"}) languages.push_back({bit, context.text(std::string("language.") + bit)});
  for (const int metres : {1000, 3000, 5000, 10000, 30000})
    radii.push_back({std::to_string(metres), context.text("volunteer.km", {{"n", std::to_string(metres / 1000)}})});
  for (const int n : {2, 5, 10, 20}) hours.push_back({std::to_string(n), context.text("volunteer.hours", {{"n", std::to_string(n)}})});
  Json week = Json::array();
  for (int day = 1; day <= 7; ++day) {
    Json cells = Json::array();
    for (const char* part : {"morning", "afternoon", "evening"}) {
      const std::string id = std::to_string(day) + "-" + part;
      cells.push(Json::of({{"cell", id}, {"cell_name", context.text("weekday." + std::to_string(day)) + " " +
                                                           context.text(std::string("volunteer.part.") + part)},
                           {"cell_on", form.chosen("parts", id)}}));
    }
    week.push(Json::of({{"day_name", context.text("weekday." + std::to_string(day))}, {"cells", cells}}));
  }
  const Json many = Json::of({{"many", true}, {"two", true}});
  Json view = Json::of({{"title", context.text(volunteer ? "volunteer.mine" : "volunteer.become")}, {"nav_me", true},
                        {"summary", form.summary()}, {"region", region},
                        {"region_name", region_path(context.reader, region, context.language)},
                        {"fresh", !volunteer.has_value()}, {"week", week},
                        {"volunteer_no", volunteer ? volunteer->volunteer_no : ""},
                        {"checked", volunteer && volunteer->checked_until > context.now}});
  view.set("f_name", form.field("name", "volunteer.name", {}, Json::of({{"required", true}, {"short", true}, {"maxlength", 40}})))
      .set("f_birth", form.field("birth", "volunteer.birth_label", {}, Json::of({{"type", "date"}, {"required", true}, {"short", true}})))
      .set("f_phone", form.field("phone", "volunteer.phone", volunteer ? "volunteer.kept" : "", Json::of({{"type", "tel"}, {"short", true}, {"optional", volunteer.has_value()}})))
      .set("f_id", form.field("id_number", "volunteer.id_number", "volunteer.id_hint", Json::of({{"optional", true}, {"short", true}, {"maxlength", 18}})))
      .set("f_guardian", form.field("guardian", "volunteer.guardian_label", "volunteer.guardian_hint", Json::of({{"optional", true}})))
      .set("f_skills", form.options("skills", "volunteer.skills", skills, {}, many))
      .set("f_categories", form.options("categories", "volunteer.categories_label", categories, "volunteer.categories_hint", many))
      .set("f_languages", form.options("languages", "volunteer.languages", languages, {}, many))
      .set("f_radius", form.options("radius_m", "volunteer.radius", radii))
      .set("f_hours", form.options("week_hours", "volunteer.most", hours))
      .set("f_consent", form.tick("consent", "volunteer.consent_label", "volunteer.consent_text"));
  view.set("minor", !form.text("guardian").empty() || (context.problem && context.problem->field == "guardian"));
  if (volunteer) add_own_matters(context, *volunteer, view);
  return context.page("teams/volunteer", view);
}

// Somebody whom a team leader put on a roster and who now registers: the same name and telephone, and no account yet.
std::optional<Volunteer> on_a_roster(storage::Reader& reader, const identity::Vault& vault, const VolunteerInput& input) {
  const auto phone = identity::canonical_phone(input.phone);
  if (!phone) return std::nullopt;
  return storage::find<Volunteer>(reader, "select * from volunteer where phone_index = $1 and name = $2 and account = 0 and "
                                          "state <> 'closed' limit 1", vault.blind_index(*phone, "volunteer.phone"),
                                  normal_text(input.name));
}

Result<Json> save(storage::Tx& tx, const identity::Vault& vault, const CommandContext& context, const VolunteerInput& input) {
  auto volunteer = find_volunteer_by_account(tx, context.actor.account);
  if (!input.consent) return refuse(Kind::invalid, "volunteer.consent", "consent");   // D1: consent per purpose
  if (letter_count(input.name) < 2 || letter_count(input.name) > 40) return refuse(Kind::invalid, "volunteer.name_missing", "name");
  TX_CHECK(rules::age(input.birth, local_date(context.now), input.guardian));
  TX_CHECK(rules::categories(input.categories));
  const auto place = region_position(tx, input.region);
  if (!place || input.region.size() != 12) return refuse(Kind::invalid, "volunteer.region", "region");
  bool fresh = !volunteer;
  Volunteer row = volunteer ? minors::whole(tx, vault, *volunteer) : Volunteer{};
  const auto agree = [&](const char* action) -> Result<void> {   // the first time: as new, or out of a roster
    const auto taken = TX_TRY(workflow::take(tx, kVolunteerFlow, row.id.value, row.state, action, context.actor.account));
    row.state = taken.state;
    row.account = context.actor.account;
    return {};
  };
  if (fresh) {
    if (const auto rostered = on_a_roster(tx, vault, input)) {
      row = *rostered;
      fresh = false;
      if (row.state == "applied") TX_CHECK(agree("agree"));
      row.account = context.actor.account;
    } else {
      row.id = {tx.new_id()};
      TX_CHECK(agree("register"));
      row.volunteer_no = next_volunteer_no(tx, input.region);
      row.tail = row.volunteer_no.substr(12);
      row.created = tx.now();
    }
  }
  if (row.state == "closed") return refuse(Kind::conflict, "volunteer.closed");
  if (!input.phone.empty() || fresh) {
    const auto phone = identity::canonical_phone(input.phone);
    if (!phone) return refuse(Kind::invalid, "volunteer.phone_wrong", "phone");
    row.phone_sealed = vault.seal(*phone, "volunteer.phone");
    row.phone_index = vault.blind_index(*phone, "volunteer.phone");
  }
  if (!input.id_number.empty()) {
    const auto number = identity::canonical_id_number(input.id_number);
    if (!number) return refuse(Kind::invalid, "volunteer.id_wrong", "id_number");
    row.id_sealed = vault.seal(*number, "volunteer.id");
    row.id_index = vault.blind_index(*number, "volunteer.id");
    const auto twin = storage::scalar<std::int64_t>(tx, "select id from volunteer where id_index = $1 and id <> $2",
                                                    row.id_index, row.id);
    if (twin) return refuse(Kind::conflict, "volunteer.id_taken", "id_number");   // one person, one volunteer
  }
  row.name = normal_text(input.name);
  row.search = search_tokens(row.name);
  row.birth = input.birth;
  row.region = input.region;
  row.x_m = place->x_m;
  row.y_m = place->y_m;
  row.radius_m = std::clamp(input.radius_m, 500, 50'000);
  row.skills = mask_of(input.skills);
  row.languages = mask_of(input.languages) | 1;
  row.categories = joined(input.categories);
  row.hours = rules::week_hours(input.parts);
  row.week_minutes = std::clamp(input.week_hours, 1, 40) * 60;
  row.guardian = input.guardian;
  minors::keep_apart(tx, vault, row);
  if (fresh) storage::insert(tx, "volunteer", row);
  else storage::update(tx, "volunteer", row);
  return Json::of({{"volunteer", row.id.text()}, {"volunteer_no", row.volunteer_no}, {"region", row.region}});
}

}  // namespace

Response where_page(Context& context, const std::string& base, const std::string& query, const std::string& region) {
  const std::string node = region.size() == 12 || region.empty() ? "64" : region;
  Json view = Json::of({{"title", context.text("volunteer.where")}, {"base", base}, {"query", query}});
  Json choices = Json::array(), found = Json::array(), crumbs = Json::array();
  for (const auto& child : regions_below(context.reader, node))
    choices.push(Json::of({{"code", child.code}, {"name", region_name(context.reader, child.code, context.language)},
                           {"more", child.level < 5 ? "elsewhere=1&" : ""}}));
  for (const std::size_t length : {2u, 4u, 6u, 9u})
    if (length <= node.size() && node.size() > 2)
      crumbs.push(Json::of({{"code", node.substr(0, length)},
                            {"name", region_name(context.reader, node.substr(0, length), context.language)}}));
  const std::string words = context.request.query["search"].text();
  if (!words.empty())
    for (const auto& hit : search_regions(context.reader, words, 12))
      found.push(Json::of({{"code", hit.code}, {"name", region_name(context.reader, hit.code, context.language)},
                           {"path_name", region_path(context.reader, hit.parent, context.language)}}));
  view.set("region_name", "").set("choices", choices).set("has_crumbs", crumbs.size() > 0).set("crumbs", crumbs)
      .set("has_found", found.size() > 0).set("found", found).set("search", words)
      .set("found_none", !words.empty() && found.size() == 0);
  return context.page("teams/where", view);
}

void add_volunteer_routes(http::Router& router, const Services& services) {
  router.resolver("volunteer", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto volunteer = find_volunteer(reader, id_value(text).value_or(0));
    if (!volunteer) return std::nullopt;
    access::Place place;
    place.region = volunteer->region;
    if (volunteer->account) place.owners = {volunteer->account};
    return place;
  });
  const http::PageHandler profile = [services](Context& context) { return profile_page(context, services.vault); };
  router.page("volunteer.mine", "/me/volunteer", Access::signed_in("one's own volunteer profile"), profile);
  router.command<VolunteerInput>(
      {.name = "volunteer.save", .path = "/me/volunteer", .access = Access::signed_in("one's own volunteer profile"),
       .next = [](const CommandContext&, const Json&) { return std::string("/me"); }, .flash = "volunteer.saved",
       .page = profile, .region_field = "region"},
      [services](storage::Tx& tx, const CommandContext& context, const VolunteerInput& input) {
        return save(tx, services.vault, context, input);
      });
  router.query("region.children", "/api/regions", Access::everyone("the tree of regions is public"),
               [](Context& context) -> Result<Json> {
                 const std::string parent = context.request.query["parent"].text(), words = context.request.query["search"].text();
                 return to_json(words.empty() ? regions_below(context.reader, parent.empty() ? "64" : parent)
                                              : search_regions(context.reader, words, 20));
               });
  add_own_routes(router, profile);
}

}  // namespace tx::teams
