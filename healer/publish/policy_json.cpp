#include "healer/publish/policy_json.h"

#include <nlohmann/json.hpp>

#include "base/os/clock.h"
#include "healer/model/policy/permission_names.h"

namespace healer {
namespace {

// Fields in the order in which they are best read.
using json = nlohmann::ordered_json;

std::string text_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

json to_json(const policy::Permissions& permissions) {
  return {{"new_positions", to_string(permissions.new_positions)},
          {"max_leverage", permissions.max_leverage ? json(*permissions.max_leverage) : json()},
          {"position_size_factor", permissions.position_size_factor},
          {"stops", to_string(permissions.stops)},
          {"existing_positions", to_string(permissions.existing_positions)},
          {"trading", to_string(permissions.trading)}};
}

}  // namespace

std::string restrictions_json(const policy::Permissions& permissions) {
  return text_of(to_json(permissions));
}

std::string policy_document(const PolicyDocument& document) {
  const json body{{"policy", to_string(document.policy)},
                  {"level", static_cast<int>(document.policy)},
                  {"trading_allowed", trading_allowed(document)},
                  {"new_positions_allowed", may_open_positions(document)},
                  {"restrictions", to_json(document.permissions)},
                  {"causes", document.causes},
                  {"issued_at", base::rfc3339(document.issued_at)},
                  {"valid_until", base::rfc3339(document.valid_until)},
                  {"sequence", document.sequence},
                  {"journal_record", document.journal_record}};
  return text_of(body) + "\n";
}

}  // namespace healer
