// Names that earlier versions used in the journal's records. They are still read and no longer written.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace healer::records {

// Replaces an old kind and old names of fields by the present ones. `record` is a JSON object.
void use_present_names(nlohmann::json& record);

}  // namespace healer::records
