// kind: sqlite, a database file opened for reading and PRAGMA quick_check:
//
//   path: /var/lib/quantum/database/quantum.db
//
// Creates no file: neither a missing database nor the files that SQLite keeps beside one. quick_check reads
// the whole file, so give a large one a long interval.
#pragma once

#include "base/yaml/yaml.h"
#include "exporter/probes/prober.h"

namespace exporter::probes {

MakeProber read_sqlite(const base::yaml::Node& node);

}  // namespace exporter::probes
