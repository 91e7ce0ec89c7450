// Files, whole. The one file that calls fsync.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// At most `max_bytes`; a longer file is an error. Blocks.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes = 4 * 1024 * 1024);

// Replaces `path` so that a reader, and a crash at any moment, finds the old or the new content and
// never a mixture: temporary file beside it, fsync, rename, fsync of the folder. Leaves no temporary
// file behind on error. Blocks for the fsyncs.
Result<> write_atomically(const std::string& path, std::string_view content, mode_t mode = 0640);

// The same, but readers see it before the disk has it: rename, then both fsyncs. A power cut between them may
// leave anything in its place: for what nobody believes that is not whole. After an error it may have been
// replaced. Blocks for the fsyncs.
Result<> write_at_once(const std::string& path, std::string_view content, mode_t mode = 0640);

// Waits until what was written to the file or folder `fd` is on the disk. The error is the reason alone.
Result<> sync(int fd);

// A secret from a file: the content without its last newline; refused when empty, or readable by
// others. The content never appears in an error.
Result<std::string> read_secret(const std::string& path);

}  // namespace base
