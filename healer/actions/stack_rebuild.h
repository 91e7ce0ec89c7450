// Stops the whole stack, builds its images without cache, starts it, waits until it is well, checks it and
// writes a restart report (healer/rebuild/rebuild.h has the phases):
//
//   containers: [quantum_redis, quantum_trading_bot]   # required: declared ones; each is waited for
//   compose:                          # the stack of a compose file; absent: containers made anew one by one
//     command: [/usr/bin/docker-compose]               # or [/usr/bin/docker, compose]
//     files: [/srv/quantum/docker-compose.yml]         # required, absolute
//     project: quantum                # absent: as compose calls it
//   images:                           # without compose: what is built, and from which folder
//     - {image: 'quantum_trading_bot:latest', context: /srv/quantum/bot, file: Dockerfile}
//   docker: /usr/bin/docker           # the client that builds those
//   remove_volumes: false             # true: the data of the containers is LOST; a person must approve each
//   run build_timeout: 20m                # of all images stop_timeout: 10s                 # of each
//   container, before it is killed healthy_within: 5m                # for all of them to be well settle: 5s
//   # how long they must stay so folder: /var/lib/salus/reports    # RESTART_REPORT_<time>.md and .html, mode
//   640
//
// A phase that fails ends it; the report says which, why, and how to go on. What runs is left alone until
// the images are built. It succeeds when every phase and every suite of the stability check did. A run that
// was cut short is done again from the beginning, unless volumes are removed: then never.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_stack_rebuild(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
