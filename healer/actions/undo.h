// What takes an action back, as it is kept in the journal, and made an action again from there.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/yaml.h"
#include "healer/actions/action.h"

namespace healer::actions {

// JSON is YAML on one line: what stands in a configuration, or was put together, as parameters.
nlohmann::json as_json(const base::yaml::Node& node);
Undo make_undo(std::string_view action, const nlohmann::json& parameters);

// The action that `undo` names. An error says what this version, or the configuration of now, does not
// understand of it: it may be of another version, and an action that it speaks to may be configured no
// longer. Only what may take another action back is made.
base::Result<std::unique_ptr<Action>> make(const Undo& undo, const World& world);

}  // namespace healer::actions
