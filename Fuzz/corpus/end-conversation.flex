# End conversations for good: close one, and let another sleep until its customer writes again.

use interaction KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1
close channel UOb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2 completing tasks

use interaction KD5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a
deactivate channel UO6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b
show channel UO6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b
