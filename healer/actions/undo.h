// The undo of an action: how it is stored in the journal and read from there.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/yaml/yaml.h"
#include "healer/actions/action.h"

namespace healer::actions {

// A configuration node as JSON. JSON is YAML on one line, so it can be read as parameters again.
nlohmann::json as_json(const base::yaml::Node& node);
Undo make_undo(std::string_view action, const nlohmann::json& parameters);

// The action that `undo` names. An error says what this version or the present configuration does not accept:
// the undo may come from another version, and its section may no longer be configured. Only actions that may
// undo another one are made.
base::Result<std::unique_ptr<Action>> make(const Undo& undo, const World& world);

}  // namespace healer::actions
