// Actions with a purpose that can be reached by several methods. The parameters hold exactly one key, the
// method, and under it the parameters of that method (a signal has none).
//
//   reload_config     signal: SIGHUP | http: {…}
//   disable_module    file: {path, content} | http: {…} | redis: {address, key, value}
//   enable_module     the same, usually with `absent: true`: undoes disable_module
//   clear_cache       redis: {address, patterns} | http: {…} | files: {folder, include}
//
// disable_module and enable_module can be undone: a file and a flag become what they were before. The undo of
// a request is configured beside it: `undo: {http: {…}}`.
//
// container_call.h, http_request.h, control_file.h, redis_flag.h, redis_clear.h and clear_files.h document
// the methods. An action can act on what its method can act on.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_reload_config(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_disable_module(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_enable_module(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_clear_cache(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
