// A small client for what the program itself must ask of others (heads to witnesses): one POST, https with the system's
// roots or plain http, bounded in time and size. Blocking: for timed work and the command line, never for a request.
#pragma once
#include <string>
#include <utility>

namespace tx::http {

// Status and body; status 0: no answer (the body says why, for the log).
std::pair<int, std::string> post(const std::string& url, const std::string& body, const std::string& content_type = "application/octet-stream",
                                 int timeout_s = 10);

}  // namespace tx::http
