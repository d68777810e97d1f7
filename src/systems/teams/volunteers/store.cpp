#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/rooms.h"
#include "systems/teams/volunteers/rules.h"

namespace tx::teams {
using storage::find;
using storage::scalar;
using storage::select;

std::optional<Volunteer> find_volunteer(storage::Reader& reader, std::int64_t id) {
  return find<Volunteer>(reader, "select * from volunteer where id = $1", id);
}
std::optional<Volunteer> find_volunteer_by_account(storage::Reader& reader, access::AccountId account) {
  if (!account) return std::nullopt;
  // "<> 0" lets the partial index volunteer_by_account answer; without it every sign-up reads the whole table.
  return find<Volunteer>(reader, "select * from volunteer where account = $1 and account <> 0", account);
}
std::optional<Volunteer> find_volunteer_by_number(storage::Reader& reader, const std::string& typed) {
  std::string number;
  for (const char c : typed)
    if (c != ' ') number += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (number.size() == 6) {
    auto found = select<Volunteer>(reader, "select * from volunteer where tail = $1 limit 2", number);
    return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
  }
  return find<Volunteer>(reader, "select * from volunteer where volunteer_no = $1", number);
}
access::AccountId account_of_volunteer(storage::Reader& reader, std::int64_t volunteer) {
  return {scalar<std::int64_t>(reader, "select account from volunteer where id = $1", volunteer).value_or(0)};
}
std::vector<Volunteer> active_volunteers(storage::Reader& reader, const std::vector<std::string>& regions) {
  return select<Volunteer>(reader, "select * from volunteer where state = 'active' and " +
                                       access::region_filter("region", regions) + " order by id");
}

Card volunteer_card(storage::Reader& reader, std::int64_t id) {
  Card card;
  const auto volunteer = find_volunteer(reader, id);
  if (!volunteer) return card;
  card.name = masked_name(volunteer->name);
  card.initial = shortened(volunteer->name, 1).substr(0, (volunteer->name[0] & 0x80) ? 3 : 1);
  card.volunteer_no = volunteer->volunteer_no;
  card.organisation = scalar<std::string>(reader, "select o.name from member m join organisation o on o.id = m.organisation "
                                                  "where m.volunteer = $1 and m.state = 'member' order by m.since limit 1", id)
                          .value_or("");
  card.tone = static_cast<int>(id % 4);
  card.checked = volunteer->checked_until.us > 0;   // once; whether it is still valid is a rule of matching
  return card;
}

void note_asked(storage::Tx& tx, std::int64_t volunteer, Instant at) {
  storage::execute(tx, "update volunteer set asked_at = $1 where id = $2", at, volunteer);
}

std::string next_volunteer_no(storage::Tx& tx, const std::string& region) {
  const std::string prefix = rules::volunteer_no(region, tx.now(), 0).substr(0, 11);
  storage::execute(tx, "insert into volunteer_serial (prefix, last) values ($1, 1) on conflict (prefix) do update set "
                       "last = volunteer_serial.last + 1", prefix);
  return rules::volunteer_no(region, tx.now(),
                             scalar<std::int64_t>(tx, "select last from volunteer_serial where prefix = $1", prefix).value());
}
std::vector<std::string> exclusions_of(storage::Reader& reader, std::int64_t volunteer) {
  std::vector<std::string> others;
  for (const auto& row : storage::query(reader, "select other from volunteer_exclusion where volunteer = $1 order by other",
                                        volunteer).rows)
    storage::from_value(row[0], others.emplace_back());
  return others;
}
std::int64_t certified_skills(storage::Reader& reader, std::int64_t volunteer, Date day) {
  std::int64_t mask = 0, skill = 0;
  for (const auto& row : storage::query(reader, "select skill from volunteer_certificate where volunteer = $1 and state = "
                                                "'checked' and valid_until >= $2", volunteer, day).rows) {
    storage::from_value(row[0], skill);
    mask |= std::int64_t{1} << skill;
  }
  return mask;
}

std::optional<Organisation> find_organisation(storage::Reader& reader, std::int64_t id) {
  return find<Organisation>(reader, "select * from organisation where id = $1", id);
}
bool may_publish(const Organisation& organisation) { return organisation.state == "approved"; }   // O6
bool is_member(storage::Reader& reader, std::int64_t organisation, std::int64_t volunteer) {
  return membership(reader, organisation, volunteer) == "member";
}
std::string membership(storage::Reader& reader, std::int64_t organisation, std::int64_t volunteer) {
  return scalar<std::string>(reader, "select state from member where organisation = $1 and volunteer = $2", organisation,
                             volunteer).value_or("");
}
std::vector<std::int64_t> members_of(storage::Reader& reader, std::int64_t organisation) {
  std::vector<std::int64_t> volunteers;
  for (const auto& row : storage::query(reader, "select volunteer from member where organisation = $1 and state = 'member' "
                                                "order by since, volunteer", organisation).rows)
    storage::from_value(row[0], volunteers.emplace_back());
  return volunteers;
}
std::vector<access::AccountId> leaders_of(storage::Reader& reader, std::int64_t organisation) {
  std::vector<access::AccountId> accounts;
  const auto rows = storage::query(reader, "select distinct v.account from member m join volunteer v on v.id = m.volunteer "
                                           "where m.organisation = $1 and m.role = 'leader' and m.state = 'member' and v.account <> 0", organisation);
  for (const auto& row : rows.rows) {
    std::int64_t account = 0;
    storage::from_value(row[0], account);
    accounts.push_back({account});
  }
  return accounts;
}

}  // namespace tx::teams
