// How rotation names the files that it leaves.
#pragma once

#include <string_view>

namespace exporter::tail {

// .gz .xz .zst .bz2 .lz4 .zip: an old generation that is ignored.
bool is_compressed(std::string_view name);

// Whether `name` is the name of a rotated `live`, both in the same folder: bot.log.1, bot.log.2025-12-17,
// bot.log-20251217, bot.log.old (logrotate, Python, savelog), bot.1.log, bot_2025-12-17.log (spdlog, Go).
bool is_rotated_from(std::string_view name, std::string_view live);

// Whether both names are of one series that is written in turn: they differ only in their numbers, and these
// are a date (six digits at least) or the whole name before the extension: app-20251217.log and
// app-20251218.log, 0.log and 1.log.
bool is_of_series(std::string_view name, std::string_view other);

}  // namespace exporter::tail
