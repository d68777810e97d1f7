// What this room keeps about one person: given to that person as data, and let go when the account closes.
#include "platform/storage/record_sql.h"
#include "systems/teams/minors/minors.h"
#include "systems/teams/oath/oath.h"
#include "systems/teams/rooms.h"
#include "systems/teams/training/training.h"

namespace tx::teams {
namespace {

struct Paper {
  int skill = 0;
  std::string paper;
  Date valid_until;
  std::string state;
};
BOOST_DESCRIBE_STRUCT(Paper, (), (skill, paper, valid_until, state))
struct Membership {
  std::string name, role, state;
  Instant since;
};
BOOST_DESCRIBE_STRUCT(Membership, (), (name, role, state, since))

}  // namespace

Json data_of(storage::Reader& reader, const identity::Vault& vault, access::AccountId account) {
  const auto found = find_volunteer_by_account(reader, account);
  if (!found) return Json();
  const auto v = std::optional(minors::whole(reader, vault, *found));
  Json person = Json::of({{"volunteer_no", v->volunteer_no}, {"name", v->name}, {"birth", to_json(v->birth)},
                          {"region", v->region}, {"radius_m", v->radius_m}, {"skills", v->skills},
                          {"languages", v->languages}, {"categories", v->categories}, {"hours", v->hours},
                          {"week_minutes", v->week_minutes}, {"checked_until", to_json(v->checked_until)},
                          {"guardian", v->guardian}, {"state", v->state}, {"created", to_json(v->created)}});
  person.set("phone", vault.unseal(v->phone_sealed, "volunteer.phone").value_or(""));
  person.set("id_number", vault.unseal(v->id_sealed, "volunteer.id").value_or(""));
  person.set("papers", to_json(storage::select<Paper>(
                           reader, "select skill, paper, valid_until, state from volunteer_certificate where volunteer = $1 order by id", v->id)));
  person.set("teams", to_json(storage::select<Membership>(
                          reader, "select o.name, m.role, m.state, m.since from member m join organisation o on o.id = m.organisation "
                                  "where m.volunteer = $1 order by m.since", v->id)));
  person.set("training", training_of(reader, v->id.value));
  if (const auto oath = oath_of(reader, v->id.value)) person.set("oath", to_json(*oath));
  person.set("not_with", to_json(exclusions_of(reader, v->id.value)));
  return person;
}

// Name and ID number stay sealed under the volunteer number: service records must be kept at least ten years and stay
// provable (GB/T 40143-2021 5.2.2). Everything that only served to find and ask the person goes.
void close_person(storage::Tx& tx, access::AccountId account) {
  auto v = find_volunteer_by_account(tx, account);
  if (!v) return;
  v->state = "closed";
  v->account = {};
  v->phone_sealed = v->phone_index = v->search = v->hours = v->categories = "";
  v->skills = v->radius_m = 0;
  if (const auto centre = region_position(tx, v->region)) {   // the community, no longer the door
    v->x_m = centre->x_m;
    v->y_m = centre->y_m;
  }
  storage::update(tx, "volunteer", *v);
  storage::execute(tx, "update minor_record set phone_sealed = '', guardian_sealed = '' where volunteer = $1", v->id);
  storage::execute(tx, "delete from member where volunteer = $1", v->id);
  storage::execute(tx, "delete from volunteer_exclusion where volunteer = $1", v->id);
}

}  // namespace tx::teams
