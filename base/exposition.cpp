#include "base/exposition.h"
