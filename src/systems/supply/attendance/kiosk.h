// PIN of the station kiosk; see kiosk.cpp for the rules.
#pragma once
#include "base/result.h"
#include "platform/storage/storage.h"

namespace tx::supply {

Result<void> set_pin(storage::Tx& tx, std::int64_t volunteer, const std::string& pin);     // kiosk.pin_form
Result<bool> pin_holds(storage::Tx& tx, std::int64_t volunteer, const std::string& pin);   // kiosk.no_pin, kiosk.locked

}  // namespace tx::supply
