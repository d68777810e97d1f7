// A paper that somebody hands in with a form: evidence of hours, a policy, a unit's scheme. A side door (script/check_arrows).
// Not here: pictures in stories and checks, which are shown to readers.
#pragma once
#include "platform/http/http.h"

namespace tx::support {

// For a command's prepare: the first upload becomes file_name, file_type, file_bytes (base64) and file_hash (SHA-256, hex) of
// the input; all are empty without one, which the command refuses with the rest. A paper is told by its bytes, never by its
// name: a PDF, or a picture freed of place and time. Rules: record.evidence_large, record.evidence_kind (field: file).
Result<Json> read_paper(http::Context& context, Json input);

}  // namespace tx::support
