// Serves from a backup in place of what is broken, and back again. One of three ways:
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
// A file or link that is replaced is kept beside it as `<path>.salus-original`, until restore_original puts
// it back; while another one is kept, falling back is refused. A reader finds the
// original or the backup at every moment, and so does a crash.
//
// restore_original takes `path`, the same as the file's or link's, or `http`. With nothing kept there is
// nothing to restore, which is a success that says so.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_fallback_to_backup(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_restore_original(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
