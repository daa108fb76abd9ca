/** On which partition of its lane a record goes. */
package io.sidetrack.router.placement;
