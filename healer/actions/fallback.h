// Replaces something broken by a backup, and restores the original. One of three methods:
//
//   file:                                   # a verified copy in its place
//     path: /srv/quantum/models/xgb.json
//     backup: /var/backups/quantum/models/xgb.json
//     sha256: 9f86…0a08                     # of the backup; or in its place
//     manifest: /srv/quantum/models/MANIFEST   # which lists `path` (docs/manifest-format.md)
//   link:                                   # a symbolic link that is switched
//     path: /srv/quantum/models/current
//     backup: releases/2025-12-01           # what it shall point to; must be there
//   http: {…}                               # a model or feed endpoint, as http_request.h has it
//
// The replaced file or link is kept beside it as `<path>.salus-original` until restore_original restores it.
// While another original is kept, falling back is refused. A reader always finds either the original or the
// backup, also after a crash.
//
// restore_original takes `path`, the same as the file's or link's, or `http`. If no original is kept there is
// nothing to restore: the action succeeds and says so.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_fallback_to_backup(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_restore_original(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
