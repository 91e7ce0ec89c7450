#include "healer/journal/records/old_names.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace healer::records {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kKinds{{
    {"booted", "process_started"},
    {"lapsed", "expired"},
}};

struct Renamed {
  std::string_view kind;  // the present one
  const char* old_name;
  const char* name;
};
constexpr std::array<Renamed, 5> kFields{{
    {"process_started", "set_aside", "quarantined"},
    {"incident_opened", "asked_by", "started_by"},
    {"action_finished", "begun", "started"},
    {"approval_asked", "why", "refusal"},
    {"storm_moved", "raging", "active"},
}};

}  // namespace

void use_present_names(nlohmann::json& record) {
  const auto kind = record.find("kind");
  if (kind == record.end() || !kind->is_string()) return;
  for (const auto& [old_kind, present] : kKinds) {
    if (kind->get_ref<const std::string&>() == old_kind) *kind = present;
  }
  const std::string name_of_kind = kind->get<std::string>();
  for (const Renamed& field : kFields) {
    if (field.kind != name_of_kind || record.contains(field.name)) continue;
    const auto old = record.find(field.old_name);
    if (old == record.end()) continue;
    nlohmann::json value = std::move(*old);
    record.erase(old);
    record[field.name] = std::move(value);
  }
}

}  // namespace healer::records
