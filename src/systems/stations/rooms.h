// Inside the stations room only: what its noun folders share.
#pragma once
#include <memory>

#include "platform/workflow/workflow.h"
#include "systems/stations/stations.h"

namespace tx::stations {

// ---- stations/
std::optional<Station> find_station(storage::Reader& reader, const std::string& id_text);
std::optional<Station> find_station(storage::Reader& reader, std::int64_t id);
Result<Station> station_of(storage::Reader& reader, const std::string& id_text);  // or http.not_found
std::optional<Station> own_station(const http::Context& context);                 // of the keeper who asks
bool may_over(const access::Roles& roles, const access::Actor& actor, access::Permission permission,
              const Station& station);
Result<void> move_station(storage::Tx& tx, Station& station, std::string_view action, access::AccountId by,
                          const std::string& reason);
bool may_in(const http::Context& context, access::Permission permission, const std::string& region);
void tell_keeper(storage::Tx& tx, const Station& station, const std::string& key, const std::string& link);

// ---- views
Json open_pill(const http::Context& context, const Station& station);
Json star_view(const http::Context& context, const Station& station);  // {stars, label, until, expired} or null
Json pill(std::string tone, std::string label);
Json row_view(std::string href, std::string title, std::string icon, Json meta, Json state = {}, std::string text = {});
Json meta_view(const char* glyph, std::string words);
Json figure_view(std::string label, std::string value, std::string unit = {}, std::string href = {},
                 std::string tone = {});
std::string minute_text(int minute);                           // "09:00"
std::string whole_number(std::int64_t value);                  // 12,345
std::string percent_text(std::int64_t part, std::int64_t of);  // "97.3 %"; "—" when of is 0

// ---- each noun's routes and timed work
void add_station_routes(http::Router& router, const Services& services);
void add_desk_routes(http::Router& router, const Services& services);
void add_board_routes(http::Router& router, const Services& services);
void add_check_routes(http::Router& router, const Services& services);
void add_inspection_routes(http::Router& router, const Services& services);
void add_criteria_routes(http::Router& router, const Services& services);
void add_programme_routes(http::Router& router, const Services& services);
void add_coverage_routes(http::Router& router, const Services& services);
void add_duty_routes(http::Router& router, const Services& services);
void add_stock_routes(http::Router& router, const Services& services);
void add_month_routes(http::Router& router, const Services& services);

// ---- street regions and plans share the ground that circles/ keeps in memory
namespace circles {
class Circles;
}
void keep_circles(const std::shared_ptr<circles::Circles>& held);   // for Walks
void add_map_routes(http::Router& router, const std::shared_ptr<circles::Circles>& held);
void add_plan_json_routes(http::Router& router);
void add_map_pages(http::Router& router, const std::shared_ptr<circles::Circles>& held);   // map/
std::vector<storage::Migration> circle_migrations();

// A member for the public and inner pages, filled by the noun that knows it.
void add_six_view(http::Context& context, const Station& station, Json& view);
void add_truth_view(http::Context& context, const Station& station, Json& view);
void add_stock_view(http::Context& context, const Station& station, Json& view);

}  // namespace tx::stations
