#include "base/program.h"
