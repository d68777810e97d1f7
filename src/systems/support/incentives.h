// The support room's door for what encourages people: time bank, honours, benefits. Beside support.h the only header of this
// room that the front door includes.
#pragma once
#include "platform/language/language.h"
#include "systems/support/support.h"

namespace tx::support {

namespace permission {
inline constexpr access::Permission bank_keep{"bank.keep"};             // open passbooks and act for people without a phone
inline constexpr access::Permission bank_manage{"bank.manage"};         // policy, common pool, settlement, is the promise backed
inline constexpr access::Permission honour_review{"honour.review"};     // examine nominations
inline constexpr access::Permission honour_decide{"honour.decide"};     // award and revoke, bar, put a star scheme in force
inline constexpr access::Permission benefit_manage{"benefit.manage"};   // catalogue and partners
}  // namespace permission

void close_person(storage::Tx& tx, const Book& book, access::AccountId account);   // what this room lets go
// Passbooks before the history of the demonstration becomes records, since only later service comes in; the rest after it.
Result<void> demonstrate_passbooks(storage::Store& store, const identity::Vault& vault, const Book& book);
Result<void> demonstrate_incentives(storage::Store& store, const identity::Vault& vault, const Book& book, const language::Catalogue& words);

}  // namespace tx::support
