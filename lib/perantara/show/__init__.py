"""Tables, figures, numbers and widgets with their static twins: everything a report says."""
