"""What people may write, and how it is read: scenarios, targets, batches."""
