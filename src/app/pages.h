// The front door's own pages: public home, my page, help, accessibility statement, and what the layout shows everywhere.
#pragma once
#include "platform/http/http.h"

namespace tx::app {
void add_pages(http::Router& router, const std::string& privacy_officer);
void fill_layout(const http::Context& context, Json& view);  // unread count, desk navigation, elder help line
}  // namespace tx::app
