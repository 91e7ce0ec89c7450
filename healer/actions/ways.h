// Actions that say what is wanted, and in which of several ways it is done: the parameters hold exactly one
// key, the way, and under it that way's own parameters (a signal is one by itself).
//
//   reload_config     signal: SIGHUP | http: {…}
//   disable_module    file: {path, content} | http: {…} | redis: {address, key, value}
//   enable_module     the same, most often with `absent: true`: it takes back what disable_module did
//   clear_cache       redis: {address, patterns} | http: {…} | files: {folder, include}
//
// What disable_module and enable_module did can be taken back: a file and a flag become what they were
// before; of a request only who wrote it knows, in `undo: {http: {…}}` beside it.
//
// container_signal.h, http_request.h, control_file.h, redis_flag.h, redis_clear.h and clear_files.h document
// the ways. An action can act on what its way can act on.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_reload_config(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_disable_module(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_enable_module(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_clear_cache(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
