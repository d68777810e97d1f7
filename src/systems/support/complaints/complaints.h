// Complaints (投诉, F5): from anybody, with or without an account, by web or at a station's desk. Whoever is complained of
// neither reads nor handles it; who complained is shown to nobody. What is not ours is handed on with a notice that says why and
// where to (Regulation art. 26); an answer may be appealed against, and another person judges.
#pragma once
#include <optional>
#include <vector>

#include "systems/support/complaints/model.h"
#include "systems/support/rights.h"

namespace tx::support {

struct ComplainInput {
  std::string kind, need, about, words, contact, region, against;
};
BOOST_DESCRIBE_STRUCT(ComplainInput, (), (kind, need, about, words, contact, region, against))
struct HandleInput {
  std::string answer, unit, unit_contact;
  bool competent = false;              // this office holds the power that the kind needs
};
BOOST_DESCRIBE_STRUCT(HandleInput, (), (answer, unit, unit_contact, competent))

namespace complaint_rules {   // pure
// "forced_assignment" and other links' words to a kind; nullopt: none.
std::optional<ComplaintKind> kind_of(const std::string& word);
// Kinds whose penalty lies with an authority: taking pay (Regulation art. 37), leaks (art. 36), forced assignment (art. 40).
bool needs_authority(ComplaintKind kind);
struct Concern {   // what ties an officer to a complaint
  bool complained = false, is_the_person = false, of_the_organisation = false, ordered_it = false;
};
bool conflict(const Concern& concern);
// Counts as they are published: below three nobody's number is shown.
std::string published_count(std::int64_t n);
}  // namespace complaint_rules

std::optional<Complaint> find_complaint(storage::Reader& reader, std::int64_t id);
std::optional<Complaint> find_complaint_by_number(storage::Reader& reader, const std::string& number);
// Whether this person must keep away from it: as complainant, as the one complained of, of that organisation, or as the one who
// gave the order that it is about.
bool keeps_away(storage::Reader& reader, const Complaint& complaint, const access::Actor& actor);

// Rules complaint.words_missing, complaint.kind_missing, complaint.region_wrong
Result<Complaint> complain(storage::Tx& tx, const identity::Vault& vault, const ComplainInput& input, const access::Actor& by, bool at_station);
// Rules complaint.conflict, complaint.answer_missing, complaint.not_ours, complaint.unit_missing, complaint.unit_contact_missing
Result<Complaint> handle_complaint(storage::Tx& tx, std::int64_t id, const std::string& action, const HandleInput& input, const access::Actor& by);
Result<Complaint> appeal_complaint(storage::Tx& tx, const std::string& number, const std::string& words);
Result<Complaint> withdraw_complaint(storage::Tx& tx, const std::string& number);
// Rules complaint.conflict, complaint.own_answer
Result<Complaint> judge_complaint(storage::Tx& tx, std::int64_t id, const std::string& action, const std::string& words, const access::Actor& by);
int close_answered(storage::Tx& tx);   // timed: nobody appealed

void add_complaint_routes(http::Router& router, const Services& services);
void add_complaint_desk_routes(http::Router& router, const Services& services);
std::vector<storage::Migration> complaint_migrations();
Json complaint_link(const http::Context& context, const Complaint& complaint);   // {href, label} to what it is about; null: nothing
void demonstrate_complaints(storage::Tx& tx, const language::Catalogue& words);

}  // namespace tx::support
