// Stops the whole stack, builds its images without cache, starts it, waits until it is healthy, checks it and
// writes a restart report (healer/actions/maintenance/rebuild/rebuild.h has the phases):
//
//   containers: [quantum_redis, quantum_trading_bot]   # required: declared ones; each is waited for
//   compose:                          # for the stack of a compose file
//     command: [/usr/bin/docker-compose]               # or [/usr/bin/docker, compose]
//     files: [/srv/quantum/docker-compose.yml]         # required, absolute
//     project: quantum                # absent: the default of compose
//   images:                           # without compose: what is built, and from which folder
//     - {image: 'quantum_trading_bot:latest', context: /srv/quantum/bot, file: Dockerfile}
//   docker: /usr/bin/docker           # the client that builds those
//   remove_volumes: false             # true: the containers' data is LOST; every run needs approval
//   build_timeout: 20m                # of all images
//   stop_timeout: 10s                 # of each container, before it is killed
//   healthy_within: 5m                # for all of them to be healthy
//   settle: 5s                        # how long they must stay so
//   folder: /var/lib/salus/reports    # RESTART_REPORT_<time>.md and .html, mode 640
//
// Without `compose`, containers are recreated one by one. The first phase that fails ends the run; the report
// says which, why, and the next steps. Running containers are not touched until the images are built. It
// succeeds when every phase and every suite of the stability check did. An interrupted run is repeated from
// the beginning, but never if volumes are removed.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_stack_rebuild(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
