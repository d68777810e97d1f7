// W3C Verifiable Credentials secured with the cryptosuite eddsa-jcs-2022 (Data Integrity EdDSA 1.0): the same Ed25519 key that
// signs certificates, named as a did:key, so that any wallet or verifier of the world checks them without asking us.
#pragma once
#include "base/json.h"
#include "engines/ledger/tree.h"

namespace tx::ledger {

std::string canonical(const Json& value);                 // RFC 8785; doubles are not allowed in what we sign
std::string base58(std::string_view bytes);               // Bitcoin's alphabet
std::optional<std::string> from_base58(std::string_view text);
std::string did_key(std::string_view open);               // "did:key:z6Mk…" of an Ed25519 key
// The credential with its proof. `created` is an ISO instant in UTC: given, the same credential gives the same bytes.
Json secured(Json credential, const Key& key, const std::string& created);
bool verify_credential(const Json& credential);           // against the did:key that its proof names

}  // namespace tx::ledger
